"""Answers the questions that wait at the same time together, on one thread that owns the model."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Self

from vouch.prompts import Wording
from vouch.schemas.perception import Drafted
from vouch.schemas.record import Engine
from vouch.workers.protocols import UNWANTED, Question, VisionModel

_LOOK_SECONDS = 0.25
"""How often somebody who waits looks whether to go on waiting."""


@dataclass(eq=False, slots=True)
class _Batch:
    """Questions that will be asked in one call."""

    until: float
    """When it is asked at the latest, on the monotonic clock, if the model is free."""
    questions: list[Question] = field(default_factory=list)
    full: threading.Event = field(default_factory=threading.Event)
    answers: "Future[tuple[Drafted, ...]]" = field(default_factory=Future)


class BatchingVlm:
    """A VisionModel for many threads over one for a single thread.

    The first question of a batch waits `window_s` for company; while the model works on the batch
    before, those that come meanwhile wait for it together anyway. No more than `most` are asked at
    once. Where a whole batch fails, each of its questions is asked again alone, so that none fails
    by another's fault.
    """

    def __init__(self, vision: VisionModel, most: int, window_s: float) -> None:
        self._vision = vision
        self._most = most
        self._window = window_s
        self._model = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vlm")
        self._lock = threading.Lock()
        self._open: _Batch | None = None

    @property
    def identity(self) -> Engine:
        return self._vision.identity

    @property
    def wording(self) -> Wording:
        return self._vision.wording

    def draft(self, questions: Sequence[Question]) -> tuple[Drafted, ...]:
        """One answer a question, in order; raises what the model raises for any of them."""
        places = [self._join(question) for question in questions]
        return tuple(self._answer(batch, place) for batch, place in places)

    def close(self) -> None:
        """Wait for the answers that are being written; nothing can be asked afterwards."""
        self._model.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _join(self, question: Question) -> tuple[_Batch, int]:
        """A place in the batch that is being gathered."""
        with self._lock:
            batch = self._open or self._begun()
            batch.questions.append(question)
            if len(batch.questions) == self._most:
                self._open = None
                batch.full.set()
            return batch, len(batch.questions) - 1

    def _begun(self) -> _Batch:
        """A new batch, behind those that the model has still to answer."""
        batch = self._open = _Batch(time.monotonic() + self._window)
        batch.answers = self._model.submit(self._ask, batch)
        return batch

    def _ask(self, batch: _Batch) -> tuple[Drafted, ...]:
        """On the model's thread: close the batch and ask it."""
        batch.full.wait(max(0.0, batch.until - time.monotonic()))
        with self._lock:
            if self._open is batch:
                self._open = None
        return self._vision.draft(batch.questions)

    def _answer(self, batch: _Batch, place: int) -> Drafted:
        question = batch.questions[place]
        while not wait([batch.answers], timeout=_LOOK_SECONDS).done:
            if not question.is_wanted():
                return UNWANTED  # the others need not be waited for
        error = batch.answers.exception()
        together = len(batch.questions)
        if error is None or together == 1:
            drafted = batch.answers.result()[place]
            effort = drafted.effort.model_copy(update={"together": together})
            return drafted.model_copy(update={"effort": effort})
        alone = self._model.submit(self._vision.draft, [question])
        return alone.result()[0]
