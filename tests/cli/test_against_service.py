"""Commands that speak to a running service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.stacks import stack_with
from vouch.cli.console import EXIT_CODES
from vouch.cli.main import app
from vouch.schemas.record import Record

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stack_with(tmp_path_factory.mktemp("stack")) as stack:
        yield stack.url


def vouch(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_extract_prints_the_record_of_the_service(url: str, tmp_path: Path) -> None:
    drawn = tmp_path / "evidence.png"
    ran = vouch("extract", "--url", url, "--json", "--overlay", drawn, SAMPLE)
    record = Record.model_validate_json(ran.stdout)
    assert record.data["total"] == "9.00"
    assert ran.exit_code == EXIT_CODES[record.decision.outcome]
    with Image.open(drawn) as picture:
        assert picture.height >= record.pages[0].height


def test_the_target_precision_reaches_the_decision(url: str) -> None:
    ran = vouch("extract", "--url", url, "--json", "--target-precision", "0.123", SAMPLE)
    assert Record.model_validate_json(ran.stdout).decision.target_precision == 0.123


def test_a_refusal_is_told_with_its_code(url: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    ran = vouch("extract", "--url", url, "--json", empty)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "empty_upload" in ran.stderr


def test_a_failed_job_is_told_with_its_code(url: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing of the kind")
    ran = vouch("extract", "--url", url, broken)
    assert ran.exit_code == 1
    assert "unreadable_document" in ran.stderr


def test_doctor_finds_the_service(url: str) -> None:
    ran = vouch("doctor", "--url", url)
    assert "/readyz answers 200" in ran.stdout.replace("\n", " ")
