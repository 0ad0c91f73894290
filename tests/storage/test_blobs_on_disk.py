"""Folders that have no room, or may not be written to, and writers that die in mid-write."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.storage import writer
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import page_key
from vouch.storage.settings import StorageSettings

_MOUNTED = 'mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@"'


def _write(folder: Path, scenario: str) -> list[str]:
    return [sys.executable, writer.__file__, str(folder), scenario]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def small_disk(tmp_path: Path) -> list[str]:
    """How a command gets a file system of 2 MB of its own at `tmp_path`."""
    own = ["unshare", "--map-root-user", "--mount", "sh", "-c", _MOUNTED, "sh", str(tmp_path)]
    if _run([*own, "true"]).returncode:
        pytest.skip("this machine lets nobody mount a file system of their own")
    return own


@pytest.mark.parametrize("scenario", ["full", "read_only"])
def test_a_disk_that_takes_no_more(small_disk: list[str], tmp_path: Path, scenario: str) -> None:
    ended = _run([*small_disk, *_write(tmp_path, scenario)])
    assert ended.returncode == 0, ended.stderr


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    ended = _run(_write(tmp_path, "limited"))
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("by", ["purge", "sweep"])
def test_what_a_killed_writer_left_is_never_seen_and_goes(tmp_path: Path, by: str) -> None:
    assert _run(_write(tmp_path, "killed")).returncode == -signal.SIGXFSZ
    job = "0" * 32
    left = [path for path in (tmp_path / "jobs" / job).rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in left] == [writer.FILE_LIMIT]
    blobs = BlobStore.at(StorageSettings(blobs=str(tmp_path)))
    assert blobs.get(page_key(job, 1)) is None
    if by == "purge":
        blobs.purge(job)
    else:
        assert blobs.sweep(datetime.now(UTC), lambda _: False).purged == (job,)
    assert not (tmp_path / "jobs" / job).exists()
