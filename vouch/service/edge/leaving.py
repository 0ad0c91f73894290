"""A process that is to end: first it says so, then it lets go of who waits, then it stops."""

from collections.abc import Callable


class Leaving:
    """How far a process is on its way out. One a process."""

    def __init__(self) -> None:
        self.has_begun = False
        """Whether new work is better sent elsewhere: /readyz answers 503 from here on."""
        self._waiting: list[Callable[[], None]] = []

    def on_let_go(self, answer_now: Callable[[], None]) -> None:
        """Call this when those who wait for something are to be answered as things are."""
        self._waiting.append(answer_now)

    def begin(self) -> None:
        """Say that the process is about to leave; it goes on serving."""
        self.has_begun = True

    def let_go(self) -> None:
        """Answer long-polls and end streams of events."""
        self.has_begun = True
        for answer_now in self._waiting:
            answer_now()
