"""The process that decodes what is dangerous to decode."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from tests.workers.stages.pdfs import page_pdf, text_at
from vouch.schemas.errors import JobNotFound
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.ingest import ingest


def test_a_child_whose_work_nobody_wants_is_ended() -> None:
    slow = page_pdf(text_at(10, 10, "again and again") * 300_000)
    others = child_processes()  # those of other tests: a Redis, say
    children: set[Path] = set()

    def checkpoint() -> None:
        children.update(child_processes() - others)
        raise JobNotFound("deleted meanwhile")

    with pytest.raises(JobNotFound):
        next(ingest(slow, IngestLimits(), checkpoint=checkpoint))
    assert children
    assert not any(child.exists() for child in children)


def child_processes() -> set[Path]:
    """Of this process, as folders of /proc."""
    ours = f"\nPPid:\t{os.getpid()}\n"
    found = set()
    for told in Path("/proc").glob("[0-9]*/status"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            if ours in told.read_text():
                found.add(told.parent)
    return found
