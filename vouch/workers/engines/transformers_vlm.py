"""Any vision-language model that transformers can load, as a reader of documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from vouch.prompts import Wording
from vouch.schemas.errors import EngineFailed
from vouch.schemas.perception import Drafted
from vouch.schemas.record import Engine
from vouch.workers.drafting.merging import joined
from vouch.workers.engines.transformers_devices import (
    OutOfMemory,
    chosen_device,
    chosen_dtype,
    computing,
    free_memory,
)
from vouch.workers.engines.transformers_loading import load_checkpoint
from vouch.workers.engines.transformers_parts import first_lines, lines_of, pages_of
from vouch.workers.engines.transformers_reader import Inputs, Reader, Unanswered
from vouch.workers.engines.transformers_warming import small_question
from vouch.workers.protocols import UNWANTED, Question
from vouch.workers.settings import VisionSettings


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder down from showing all at once."""

    scale: float = 1.0
    """Of the pixels that a picture may have."""
    apart: bool = False
    """One page at a time."""


class TransformersVlm:
    """Implements VisionModel. For one thread; `source` is a folder, or an id on a hub."""

    def __init__(self, source: str, settings: VisionSettings | None = None) -> None:
        """ModelMissing when there is no such checkpoint, or none that can be loaded."""
        self._settings = settings or VisionSettings()
        self._device = chosen_device(self._settings.device)
        dtype = chosen_dtype(self._settings.dtype, self._device)
        checkpoint = load_checkpoint(source, self._device, dtype)
        self._identity = checkpoint.identity
        self._wording = checkpoint.wording
        self._reader = Reader(checkpoint, self._settings)

    @property
    def identity(self) -> Engine:
        return self._identity

    @property
    def wording(self) -> Wording:
        return self._wording

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        """One answer a question; what does not fit into memory is tried again alone, with less.

        SchemaRefused, SchemaTooLarge for a schema that cannot be compiled; EngineFailed when the
        device fails: no question will be answered any more.
        """
        most = self._settings.batch
        return tuple(
            drafted
            for start in range(0, len(questions), most)
            for drafted in self._of_wanted(questions[start : start + most])
        )

    def warm(self) -> None:
        """Answer a small question, so that the first real one finds all compiled and allocated.

        EngineFailed when it has no answer: then no other question will have one.
        """
        (drafted,) = self.draft([small_question()])
        self._reader.forget()
        if drafted.degraded:
            raise EngineFailed(f"the VLM cannot answer a small question: {drafted.degraded}")

    def _of_wanted(self, questions: Sequence[Question]) -> Iterator[Drafted]:
        """Prompts of questions that nobody waits for any more are not read at all."""
        are_wanted = [question.is_wanted() for question in questions]
        wanted = [
            asked for asked, is_wanted in zip(questions, are_wanted, strict=True) if is_wanted
        ]
        answers = iter(self._drafted(wanted) if wanted else ())
        return (next(answers) if is_wanted else UNWANTED for is_wanted in are_wanted)

    def _drafted(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        together = self._attempt(questions, Rung())
        if together is not None:
            return together
        return tuple(self._stepping_down(question) for question in questions)

    def _stepping_down(self, question: Question) -> Drafted:
        for rung in self._rungs(question):
            if not question.is_wanted():
                return UNWANTED
            alone = self._attempt([question], rung)
            if alone is not None:
                return alone[0]
        return Drafted(draft=None, degraded="out_of_memory")

    def _rungs(self, question: Question) -> Iterator[Rung]:
        """Half the pixels and half again, down to what can be read; then page by page."""
        scale, least = 1.0, self._settings.min_pixels_page / self._reader.pixels(question)
        yield Rung()
        while scale > least:
            scale = max(scale / 2, least)
            yield Rung(scale)
        if len(question.images) > 1:
            yield Rung(scale, apart=True)

    def _attempt(self, questions: Sequence[Question], rung: Rung) -> tuple[Drafted, ...] | None:
        """None when it can only be tried with less, or alone; what it held is free by then."""
        try:
            with computing(), torch.inference_mode():
                return self._read(questions, rung)
        except Unanswered:
            if len(questions) == 1:
                return (Drafted(draft=None, degraded="vlm_invalid"),)
        except OutOfMemory:
            pass
        # Not in the except block: there the exception's frames still hold the tensors.
        self._reader.forget()
        free_memory(self._device)
        return None

    def _read(self, questions: Sequence[Question], rung: Rung) -> tuple[Drafted, ...]:
        """All together if that fits into the context; else one by one, else page by page."""
        if not any(self._must_part(question, rung) for question in questions):
            inputs = self._reader.inputs(questions, rung.scale)
            if self._excess(inputs) <= 0:
                return self._reader.answers(questions, inputs)
        if len(questions) > 1:
            return tuple(self._read([question], rung)[0] for question in questions)
        (question,) = questions
        drafted = [
            self._read_page(page, rung.scale) if page.is_wanted() else UNWANTED
            for page in pages_of(question)
        ]
        return (joined(drafted, question.schema.shape),)

    def _read_page(self, page: Question, scale: float) -> Drafted:
        """One page, without the last of its lines where they do not fit into the context.

        A page whose numbers make no sense leaves the others their answers.
        """
        whole = kept = lines_of(page)
        while kept >= 0:
            shown = first_lines(page, kept)
            inputs = self._reader.inputs([shown], scale)
            excess = self._excess(inputs)
            if excess <= 0:
                try:
                    drafted = self._reader.answers([shown], inputs)[0]
                except Unanswered:
                    return Drafted(draft=None, degraded="vlm_invalid")
                effort = drafted.effort.model_copy(update={"unread_lines": whole - kept})
                return drafted.model_copy(update={"effort": effort})
            words = self._reader.words(shown)
            kept = min(kept - 1, int(kept * max(0.0, 1 - excess / words)))
        return Drafted(draft=None, degraded="prompt_too_long")

    def _must_part(self, question: Question, rung: Rung) -> bool:
        """Whether its pages must be shown one at a time, or could not be read for smallness."""
        several = len(question.images) > 1
        least = min(self._settings.min_pixels_page, self._settings.max_pixels_page)
        return several and (rung.apart or self._reader.pixels(question) < least)

    def _excess(self, inputs: Inputs) -> int:
        """Model tokens of a prompt that find no place in the context."""
        width: int = inputs["input_ids"].shape[1]
        return width - self._reader.room
