"""A page and several lessons about it as one row of model tokens, read in one pass.

The page is read once. Each lesson follows it and sees the page and itself, but no other lesson:
just as if it had been asked alone, which is how it will be asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import llguidance.hf
import torch
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from training.vlm.answering import Answering, Segment
from training.vlm.lessons import Lesson
from training.vlm.placing import PrintedWords
from training.vlm.reading import ReadPage
from vouch.grammar.compiling import Grammars
from vouch.grammar.drafts import draft_grammar
from vouch.prompts import Wording, prompt, worded
from vouch.schemas.errors import VouchError
from vouch.workers.decoding.copying import lines_told
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.drafting.prompting import chat
from vouch.workers.engines.transformers_prompting import inputs_of
from vouch.workers.protocols import Question

_AHEAD = 64
"""Bytes that are looked at for the next token, as in decoding."""
_LEAST = 120
"""Model tokens of an answer that are worth a branch; a shorter one comes whole or not at all."""


@dataclass(frozen=True, slots=True)
class Study:
    """One row: T tokens of which C are the model's own choices."""

    input_ids: torch.Tensor
    """[1, T]: picture and page, then each lesson's question and answer."""
    position_ids: torch.Tensor
    """[1, T]: every lesson goes on where the page ends."""
    branches: tuple[int, ...]
    """Lengths of the page and of each lesson: together T."""
    pixel_values: torch.Tensor
    choices: torch.Tensor
    """[C]: positions after which the model chooses."""
    chosen: torch.Tensor
    """[C]: what it should choose."""


@dataclass(frozen=True, slots=True)
class _Branch:
    question: list[int]
    answer: list[int]
    teaches: list[bool]
    """Of each token of the answer: whether it is a choice, and the right one is known."""

    def up_to(self, tokens: int) -> "_Branch":
        """The beginning of a long answer teaches what it says."""
        return _Branch(self.question, self.answer[:tokens], self.teaches[:tokens])


class Desk:
    """Prepares studies, with the tokens, prompts and grammars of production."""

    def __init__(self, processor: LlavaProcessor, vocabulary: int) -> None:
        self._processor = processor
        self._tokenizer = llguidance.hf.from_tokenizer(processor.tokenizer, n_vocab=vocabulary)
        self._grammars = Grammars(self._tokenizer)

    def study(self, page: ReadPage, lessons: Sequence[Lesson], most_tokens: int) -> Study | None:
        """As many of the lessons as fit; None where not one of them does, or none teaches."""
        numbered = NumberedLines.of([page.layout])
        answering = Answering(numbered, PrintedWords(numbered))
        shared: list[int] = []
        branches: list[_Branch] = []
        pixels: torch.Tensor | None = None
        used = 0
        for lesson in lessons:
            ids, pixels = self._prompt(page, lesson)
            shared = shared or ids[: self._shared(ids, lesson)]
            branch = self._branch(ids[len(shared) :], lesson, answering)
            used = used or len(shared)
            room = most_tokens - used - len(ids) + len(shared)
            if branch is None or room < min(len(branch.answer), _LEAST):
                continue
            branch = branch.up_to(room)
            used += len(branch.question) + len(branch.answer)
            branches.append(branch)
        if not branches or pixels is None:
            return None
        return _row(shared, branches, pixels)

    def _shared(self, ids: list[int], lesson: Lesson) -> int:
        """Where the page ends: behind the line break before the first words of the question."""
        words = worded(prompt(lesson.task), "terse").question.strip("\n").partition("{")[0].rstrip()
        start = self._processor.tokenizer.encode(f"\n{words}", add_special_tokens=False)
        last = range(len(ids) - len(start), 0, -1)
        return next(at + 1 for at in last if ids[at : at + len(start)] == start)

    def _prompt(self, page: ReadPage, lesson: Lesson) -> tuple[list[int], torch.Tensor]:
        inputs = inputs_of(self._processor, [chat(asked_of(page, lesson))], {})
        return inputs["input_ids"][0].tolist(), inputs["pixel_values"]

    def _branch(self, question: list[int], lesson: Lesson, answering: Answering) -> _Branch | None:
        segments = answering.segments(lesson)
        try:
            answer, teaches = self._written(answering.numbered, lesson, segments)
        except VouchError:
            return None
        return _Branch(question, answer, teaches) if any(teaches) else None

    def _written(
        self, numbered: NumberedLines, lesson: Lesson, segments: Sequence[Segment]
    ) -> tuple[list[int], list[bool]]:
        """The answer's tokens as decoding would take them. VouchError when the grammar refuses."""
        grammar = draft_grammar(lesson.schema.shape, numbered.texts, words_first=True)
        matcher = self._grammars.matcher(grammar)
        text = "".join(segment.text for segment in segments).encode()
        known = [segment.teaches for segment in segments for _ in segment.text.encode()]
        ids: list[int] = []
        teaches: list[bool] = []
        at = 0
        while at < len(text):
            forced = matcher.compute_ff_tokens() or self._told(text, at, numbered)
            tokens = forced or self._next(matcher, text[at : at + _AHEAD])
            if not tokens or not matcher.consume_tokens(tokens):
                raise VouchError("the grammar does not allow this answer")
            ids += tokens
            teaches += [not forced and known[at]] * len(tokens)
            at += len(self._tokenizer.decode_bytes(tokens))
        return ids, teaches

    def _told(self, text: bytes, at: int, numbered: NumberedLines) -> list[int]:
        """The lines of a quotation, where decoding names them by itself."""
        told = lines_told(text[:at], numbered.sole_lines)
        return self._tokenizer.tokenize_bytes(told) if text.startswith(told, at) else []

    def _next(self, matcher: llguidance.LLMatcher, rest: bytes) -> list[int]:
        """The longest token of the rest that the grammar takes."""
        for length in range(len(rest), 0, -1):
            token = self._tokenizer.tokenize_bytes(rest[:length])[0]
            if matcher.validate_tokens([token]) == 1:
                return [token]
        return []


def asked_of(page: ReadPage, lesson: Lesson, wording: Wording = "terse") -> Question:
    """A lesson as production asks it."""
    return Question(
        layouts=[page.layout],
        images=[page.image],
        schema=lesson.schema,
        prompt=worded(prompt(lesson.task), wording),
        wish=lesson.wish,
    )


def _row(shared: list[int], branches: Sequence[_Branch], pixels: torch.Tensor) -> Study:
    ids = list(shared)
    positions = list(range(len(shared)))
    choices: list[int] = []
    chosen: list[int] = []
    for branch in branches:
        start = len(ids) + len(branch.question)
        picked = [at for at, teaches in enumerate(branch.teaches) if teaches]
        choices += [start + at - 1 for at in picked]
        chosen += [branch.answer[at] for at in picked]
        own = branch.question + branch.answer
        ids += own
        positions += range(len(shared), len(shared) + len(own))
    return Study(
        input_ids=torch.tensor([ids]),
        position_ids=torch.tensor([positions]),
        branches=(len(shared), *(len(one.question) + len(one.answer) for one in branches)),
        pixel_values=pixels,
        choices=torch.tensor(choices),
        chosen=torch.tensor(chosen),
    )


def losses(model: LlavaForConditionalGeneration, study: Study) -> torch.Tensor:
    """Cross-entropy of each choice, [C], by a model that was let branch."""
    hidden = model.model(
        input_ids=study.input_ids,
        pixel_values=study.pixel_values,
        branches=study.branches,
        position_ids=study.position_ids,
        use_cache=False,
    ).last_hidden_state
    logits = model.lm_head(hidden[0, study.choices])
    return torch.nn.functional.cross_entropy(logits, study.chosen, reduction="none")
