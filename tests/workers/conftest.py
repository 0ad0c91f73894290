"""Checkpoints that the tests of several rooms share: each is written once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def checkpoint_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a family's random checkpoint."""
    # torch takes seconds to import: only for the tests that ask for a checkpoint
    from tests.workers.checkpoints import checkpoint  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("checkpoints")

    @cache
    def of(family: str) -> Path:
        return checkpoint(family, folder / family)

    return of
