"""`vouch extract` in this process with the fake OCR: what it prints, and how it exits."""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.cli.command import SAMPLE, vouch
from vouch.cli.console import EXIT_CODES, worst
from vouch.cli.main import app
from vouch.schemas.record import Record


@pytest.fixture(autouse=True)
def _fake_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_OCR", "fake")


def test_json_is_exactly_one_record_on_stdout() -> None:
    ran = vouch("extract", "--local", "--json", SAMPLE)
    record = Record.model_validate_json(ran.stdout)
    assert record.data["total"] == "9.00"
    assert record.source.filename == "receipt.jpg"
    assert ran.exit_code == EXIT_CODES[record.decision.outcome]


def test_a_person_gets_values_with_where_they_are_printed() -> None:
    ran = vouch("extract", "--local", SAMPLE)
    assert "/total" in ran.stdout
    assert "9.00 p.1" in ran.stdout
    assert "not found:" in ran.stdout


def test_several_files_are_several_lines_and_the_worst_exit_code(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    ran = vouch("extract", "--local", "--json", broken, SAMPLE)
    assert ran.exit_code == 1
    assert [json.loads(line)["data"]["total"] for line in ran.stdout.splitlines()] == ["9.00"]
    assert "unreadable_document" in ran.stderr


def test_the_overlay_is_a_picture(tmp_path: Path) -> None:
    drawn = tmp_path / "new" / "out.png"
    vouch("extract", "--local", SAMPLE, "--overlay", drawn)
    with Image.open(drawn) as picture, Image.open(SAMPLE) as page:
        assert picture.format == "PNG"
        assert picture.height >= page.height


def test_an_overlay_of_several_files_is_refused(tmp_path: Path) -> None:
    ran = vouch("extract", "--local", SAMPLE, SAMPLE, "--overlay", tmp_path / "out.png")
    assert ran.exit_code == 1
    assert "invalid_request" in ran.stderr


def test_an_unknown_schema_is_a_failure() -> None:
    ran = vouch("extract", "--local", "--schema", "poem", SAMPLE)
    assert ran.exit_code == 1
    assert "unknown_schema" in ran.stderr
    assert ran.stdout == ""


def test_a_service_that_is_not_there_is_a_failure_with_advice() -> None:
    # Port 9 (discard) is served nowhere.
    ran = vouch("extract", "--url", "http://127.0.0.1:9", SAMPLE)
    assert ran.exit_code == 1
    assert "service_unreachable" in ran.stderr
    assert "vouch up" in ran.stderr


def test_failure_is_worse_than_reupload_is_worse_than_review() -> None:
    assert worst([0, 3]) == 3
    assert worst([4, 3, 0]) == 4
    assert worst([4, 1, 0]) == 1
    assert worst([]) == 0


def test_a_complaint_names_the_file_whatever_it_is_called(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["extract", "--local", str(tmp_path / "[red]x.jpg")])
    assert ran.exit_code == 1
    assert "[red]x.jpg" in ran.stderr.replace("\n", "")


def test_other_formats_take_the_record_s_place_on_stdout() -> None:
    page = ElementTree.fromstring(vouch("extract", "--local", SAMPLE, "--format", "hocr").stdout)
    words = [found.text for found in page.iter() if found.get("class") == "ocrx_word"]
    assert "9.00" in words
    fields = csv.DictReader(
        vouch("extract", "--local", SAMPLE, "--format", "csv").stdout.splitlines()
    )
    assert {row["pointer"]: row["value"] for row in fields}["/total"] == "9.00"


def test_a_table_that_is_not_there_is_a_failure() -> None:
    ran = vouch("extract", "--local", SAMPLE, "--format", "csv", "--table", "7")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "field_not_found" in ran.stderr
