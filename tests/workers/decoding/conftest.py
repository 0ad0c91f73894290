from collections.abc import Callable

import pytest

from tests.workers.decoding.tiny import Tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tiny]:
    """Models by family, each made once."""
    made: dict[str, Tiny] = {}

    def of(family: str) -> Tiny:
        if family not in made:
            made[family] = Tiny(family, tmp_path_factory.mktemp(family))
        return made[family]

    return of
