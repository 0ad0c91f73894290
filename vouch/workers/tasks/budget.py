"""How much of something the legs of one process may hold between them."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Budget:
    """Lets legs hold `most` at once; a leg that needs more than that has all of it alone.

    Legs come in turn: many small ones never keep a large one waiting for ever.
    """

    def __init__(self, most: float = math.inf) -> None:
        self.most = most
        self._held = 0.0
        self._turn = threading.Lock()
        self._given_back = threading.Condition()

    @property
    def held(self) -> float:
        return self._held

    @contextmanager
    def of(self, amount: float) -> Iterator[None]:
        """Hold so much, once there is room for it."""
        with self._turn, self._given_back:
            self._given_back.wait_for(lambda: not self._held or self._held + amount <= self.most)
            self._held += amount
        try:
            yield
        finally:
            with self._given_back:
                self._held -= amount
                self._given_back.notify()
