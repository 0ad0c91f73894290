"""A process that writes blobs where something is wrong: `writer.py FOLDER SCENARIO`.

Exits with 0 when everything was as it must be; else with the traceback of what was not.
"""

import asyncio
import resource
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from vouch.schemas.errors import StoreUnavailable
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import new_job_id, page_key
from vouch.storage.settings import StorageSettings

SMALL, LARGE = b"1" * 50_000, b"2" * 5_000_000
FILE_LIMIT = 1_000_000


def full(folder: Path, blobs: BlobStore) -> None:
    """There is room for neither one large nor too many small blobs, until some are purged."""
    _refuses_the_large(folder, blobs)
    first = new_job_id()
    blobs.put(page_key(first, 0), SMALL)
    with pytest.raises(StoreUnavailable):
        _fill(blobs, first)
    with pytest.raises(StoreUnavailable):
        asyncio.run(blobs.put_async(page_key(first, 0), SMALL + SMALL))
    assert blobs.get(page_key(first, 0)) == SMALL, "a blob that could not be replaced is lost"
    blobs.purge(first)
    assert _files(folder) == []
    blobs.put(page_key(first, 0), SMALL)
    assert blobs.get(page_key(first, 0)) == SMALL


def limited(folder: Path, blobs: BlobStore) -> None:
    """The system lets no file be large; Python ignores the signal for that."""
    _limit_files()
    _refuses_the_large(folder, blobs)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    blobs.put(page_key(new_job_id(), 1), LARGE)


def read_only(folder: Path, blobs: BlobStore) -> None:
    """The right to write is lost, and found again."""
    key = page_key(new_job_id(), 1)
    blobs.put(key, SMALL)
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    with pytest.raises(StoreUnavailable):
        blobs.put(key, b"")
    with pytest.raises(StoreUnavailable):
        blobs.purge(key.split("/")[1])
    assert blobs.get(key) == SMALL
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    blobs.put(key, b"")


def killed(folder: Path, blobs: BlobStore) -> None:
    """The system kills this process in the middle of a file."""
    _limit_files()
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    blobs.put(page_key("0" * 32, 1), LARGE)


def _refuses_the_large(folder: Path, blobs: BlobStore) -> None:
    key = page_key(new_job_id(), 1)
    with pytest.raises(StoreUnavailable):
        blobs.put(key, LARGE)
    assert blobs.get(key) is None
    assert _files(folder) == [], "something half-written takes room"
    blobs.put(key, SMALL)
    blobs.purge(key.split("/")[1])


def _fill(blobs: BlobStore, job_id: str) -> None:
    for number in count(1):
        blobs.put(page_key(job_id, number), SMALL)


def _limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, resource.RLIM_INFINITY))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


if __name__ == "__main__":
    at, scenario = Path(sys.argv[1]), sys.argv[2]
    todo = {"full": full, "limited": limited, "read_only": read_only, "killed": killed}
    todo[scenario](at, BlobStore.at(StorageSettings(blobs=str(at))))
