"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def eventually(is_so: Callable[[], bool], seconds: float = 120) -> None:
    """Look again and again until it is so; fails when it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
