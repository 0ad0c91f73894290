"""`vouch demo`: everything starts, the sample is read over HTTP, everything stops."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from vouch.schemas.record import Record

VOUCH = Path(sys.executable).with_name("vouch")


def demo(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VOUCH_OCR": "fake"}
    environment.pop("REDIS_URL", None)
    return subprocess.run(
        [VOUCH, "demo", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _processes_of(folder: Path) -> list[str]:
    """Command lines of processes that work in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
        except OSError:
            continue  # it has ended meanwhile, or is another user's
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def test_the_sample_is_read_drawn_and_everything_stopped(folder: Path) -> None:
    ran = demo(folder)
    assert ran.returncode == 0, ran.stderr
    assert "/total" in ran.stdout
    output = folder / "demo-output"
    record = Record.model_validate_json((output / "receipt.json").read_bytes())
    assert record.data["total"] == "9.00"
    with Image.open(output / "receipt-evidence.png") as drawn:
        assert drawn.format == "PNG"
    assert [line for line in ran.stderr.splitlines() if "is ready" in line]
    assert _processes_of(folder) == []


def test_a_file_that_cannot_be_read_fails_with_its_code(folder: Path) -> None:
    broken = folder / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing that follows is a page")
    ran = demo(folder, broken)
    assert ran.returncode == 1
    assert "unreadable_document" in ran.stderr
    assert _processes_of(folder) == []
