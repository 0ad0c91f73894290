"""A circuit breaker: after a few failures in a row a server is left alone for a while."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

State = Literal["closed", "open", "half_open"]


class Open(Exception):
    """The server rests: it was not asked."""


class Withdrawn(Exception):
    """Nobody waits for the answer any more: which says nothing about the server."""


def _never(_: BaseException) -> bool:
    return False


class CircuitBreaker:
    """closed: everybody asks. open: nobody does. half_open: one may try, whose luck decides.

    Shared by threads. `clock` tells seconds and never goes back.
    """

    def __init__(self, failures: int, rest_s: float, clock: Callable[[], float]) -> None:
        self._allowed = failures
        self._rest = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._is_tried = False

    def state(self) -> State:
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._clock() - self._opened_at >= self._rest else "open"

    @contextmanager
    def call(self, is_harmless: Callable[[BaseException], bool] = _never) -> Iterator[None]:
        """Around one call of the server: Open instead of the call.

        Any exception is a failure, but for the harmless ones: they show that the server works.
        """
        self._admit()
        try:
            yield
        except Withdrawn:
            self._learnt_nothing()
            raise
        except BaseException as error:
            if is_harmless(error):
                self._succeeded()
            else:
                self._failed()
            raise
        self._succeeded()

    def _admit(self) -> None:
        with self._lock:
            state = self.state()
            if state == "open" or (state == "half_open" and self._is_tried):
                raise Open
            self._is_tried = state == "half_open"

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._is_tried or self._failures >= self._allowed:
                self._opened_at = self._clock()
                self._is_tried = False

    def _learnt_nothing(self) -> None:
        with self._lock:
            self._is_tried = False

    def _succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._opened_at = None
            self._is_tried = False
