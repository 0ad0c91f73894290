"""Writes that are worth waiting for: what a leg found must not be lost with a short outage."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from vouch.schemas.errors import StoreUnavailable

_Answer = TypeVar("_Answer")


def insist(write: Callable[[], _Answer], seconds: float = 60.0) -> _Answer:
    """The answer of a write, tried until the store takes it; StoreUnavailable after so long.

    While Redis is away nobody can take the leg from us: leases are not judged before the living
    have had time to report.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return write()
        except StoreUnavailable:
            if time.monotonic() >= until:
                raise
        time.sleep(random.uniform(0.2, 1.0))  # jitter
