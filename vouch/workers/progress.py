"""How far a piece of work is, what it took, and where it stops when nobody wants it any more."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from vouch.schemas.errors import VouchError
from vouch.schemas.job import Stage


@dataclass
class Progress:
    """Wall seconds of each stage, a call when one begins, and whether to go on at all."""

    on_stage: Callable[[Stage], None] | None = None
    timings: dict[str, float] = field(default_factory=dict)
    ended_by: Callable[[], VouchError | None] = lambda: None
    """Why nobody wants the work any more; None for as long as it is wanted. Cheap."""
    around: Callable[[Stage], AbstractContextManager[None]] = lambda _: nullcontext()
    """Whatever else goes around a stage, or a page's part of it."""

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Around a stage, or around one page's part of it: the seconds add up."""
        self.checkpoint()
        if self.on_stage is not None and name not in self.timings:
            self.on_stage(name)
        started = time.perf_counter()
        with self.around(name):
            yield
        seconds = self.timings.get(name, 0.0) + time.perf_counter() - started
        self.timings[name] = round(seconds, 4)

    def checkpoint(self) -> None:
        """Where work stops that nobody wants any more: raises why."""
        error = self.ended_by()
        if error is not None:
            raise error

    def is_wanted(self) -> bool:
        return self.ended_by() is None
