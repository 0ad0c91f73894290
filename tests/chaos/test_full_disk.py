"""The disk of the blobs is full for a while."""

import subprocess
import sys
from pathlib import Path

import pytest

_MOUNTED = 'mount -t tmpfs -o size=6m tmpfs "$1/blobs" && exec "$2" -m tests.chaos.full_disk "$1"'


def test_a_full_disk_refuses_callers_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    own = ["unshare", "--map-root-user", "--mount"]
    mounting = [*own, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path / "blobs")]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a file system of their own")
    command = [*own, "sh", "-c", _MOUNTED, "sh", str(tmp_path), sys.executable]
    ended = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
