"""Vouch as `vouch up` runs it, for the tests of a module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vouch.cli.stack import Stack, running_stack


@contextmanager
def stack_with(folder: Path, workers: int = 1, **settings: str) -> Iterator[Stack]:
    """Real Redis, real processes, with these settings of the environment and the fake OCR."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("REDIS_URL", raising=False)
        for name, value in {"VOUCH_OCR": "fake", **settings}.items():
            patch.setenv(name, value)
        with running_stack(folder, workers=workers) as running:
            yield running
