"""How many pixels the legs of one process may hold between them."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class PixelBudget:
    """Lets legs hold `most` pixels at once; a leg that needs more than that has them alone.

    Legs come in turn: many small ones never keep a large one waiting for ever.
    """

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self._held = 0
        self._turn = threading.Lock()
        self._given_back = threading.Condition()

    @property
    def held(self) -> int:
        return self._held

    @contextmanager
    def of(self, pixels: int) -> Iterator[None]:
        """Hold so many, once there is room for them."""
        with self._turn, self._given_back:
            self._given_back.wait_for(lambda: not self._held or self._held + pixels <= self._most)
            self._held += pixels
        try:
            yield
        finally:
            with self._given_back:
                self._held -= pixels
                self._given_back.notify()
