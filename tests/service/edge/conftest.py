from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.edge.served import Served, served


@pytest.fixture(scope="module")
def body_pace() -> dict[str, str]:
    """How late a body may be, and the bytes a second that it must come with."""
    return {"VOUCH_BODY_GRACE_SECONDS": "1", "VOUCH_BODY_BYTES_PER_SECOND": "10000"}


@pytest.fixture(scope="module")
def service(
    redis_server: str, tmp_path_factory: pytest.TempPathFactory, body_pace: dict[str, str]
) -> Iterator[Served]:
    """A service whose patience is short: heads 1 s, bodies 1 s behind their pace, 1 MB at most.

    All bodies at one time: 2.5 MB.
    """
    folder: Path = tmp_path_factory.mktemp("edge")
    settings = {
        "VOUCH_HEAD_SECONDS": "1",
        **body_pace,
        "VOUCH_KEEP_ALIVE_SECONDS": "1",
        "VOUCH_MAX_UPLOAD_BYTES": "1000000",
        "VOUCH_MAX_BYTES_AT_HAND": "2500000",
    }
    with served(folder, redis_server, **settings) as running:
        yield running
