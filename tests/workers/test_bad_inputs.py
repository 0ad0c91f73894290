"""Fuzzer finds, bombs, damaged and encrypted files: each gets a document or a refusal by name."""

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vouch.schemas.errors import InputError
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.ingest import ingest, source_of

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "bad-inputs"
LIMITS = IngestLimits()
PATIENCE = 20.0
"""Seconds for one file on a busy machine; alone, the slowest takes two."""


def answer(path: Path) -> tuple[str, str, float]:
    """The file's name, the media type or the error's code, and wall seconds."""
    started = time.perf_counter()
    try:
        content = path.read_bytes()
        pages = deque(ingest(content, LIMITS), maxlen=1)
        said = source_of(content, path.name, len(pages)).media_type
    except InputError as error:
        said = error.code
    return path.name, said, time.perf_counter() - started


@pytest.mark.shared_data
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the development files are not here")
def test_every_bad_input_gets_a_clear_answer() -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer, sorted(FOLDER.iterdir())))
    assert answers
    assert "invalid_input" not in {said for _, said, _ in answers}
    assert [name for name, _, seconds in answers if seconds > PATIENCE] == []
    # Whatever their names say: what a reader can open is opened, by content.
    assert any(name.endswith(".fuzz") and said == "application/pdf" for name, said, _ in answers)
    assert any(
        name.endswith(".pdf") and said == "unsupported_media_type" for name, said, _ in answers
    )
