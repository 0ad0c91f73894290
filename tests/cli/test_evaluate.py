"""`vouch eval` on rendered receipts with the fake OCR: every one reads as the same bakery's."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from samples.render_receipt import render_dataset
from vouch.cli.main import app


@pytest.fixture(autouse=True)
def _fake_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_OCR", "fake")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two receipts, one of which the fake OCR happens to read rightly but for its items."""
    folder = tmp_path_factory.mktemp("bakery")
    render_dataset(folder, 2, seed=0)
    lines = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    first, second = map(json.loads, lines)
    first["expected"] = {"/total": "9.00", "/date": {"any": ["25/12/18"]}, "/tip": None}
    first["raw"] = {"/items/*/price": ["4.50", "4.50"]}
    second["expected"] = {"/total": "8.00"}
    with (folder / "labels.jsonl").open("w", encoding="utf-8") as labels:
        labels.writelines(json.dumps(line) + "\n" for line in (first, second))
    return folder


def evaluate(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(app, ["eval", *(str(argument) for argument in arguments)])


def test_the_last_line_is_the_scoreboard(dataset: Path, tmp_path: Path) -> None:
    ran = evaluate(dataset, "--json", tmp_path / "scores.json")
    last = ran.stdout.splitlines()[-1]
    board = json.loads(last)
    assert (tmp_path / "scores.json").read_text(encoding="utf-8") == last + "\n"
    assert board["dataset"] == dataset.name
    assert board["documents"] == 2
    assert board["pointers"]["/total"]["f1"] == 0.5
    assert board["pointers"]["/date"]["f1"] == 1.0
    assert board["seconds_per_page"].keys() >= {"ingest", "read", "decide"}


def test_limit_takes_the_first(dataset: Path) -> None:
    board = json.loads(evaluate(dataset, "--limit", 1).stdout.splitlines()[-1])
    assert board["documents"] == 1
    assert board["pointers"]["/total"]["f1"] == 1.0


def test_a_second_run_reuses_what_was_read_and_scores_the_same(
    dataset: Path, tmp_path: Path
) -> None:
    boards = [
        json.loads(evaluate(dataset, "--reuse", tmp_path).stdout.splitlines()[-1]) for _ in range(2)
    ]
    assert [board["reused"] for board in boards] == [0, 2]
    assert boards[0]["pointers"] == boards[1]["pointers"]


def test_processes_score_the_same_as_one(dataset: Path) -> None:
    boards = [
        json.loads(evaluate(dataset, "--jobs", jobs).stdout.splitlines()[-1]) for jobs in (1, 2)
    ]
    assert boards[0]["pointers"] == boards[1]["pointers"]
    assert boards[0]["decisions"] == boards[1]["decisions"]


def test_the_report_draws_the_worst_documents(dataset: Path, tmp_path: Path) -> None:
    evaluate(dataset, "--report", tmp_path)
    page = (tmp_path / dataset.name / "index.html").read_text(encoding="utf-8")
    assert "images/001.jpg" in page
    assert (tmp_path / dataset.name / "001-1.png").is_file()
    assert not (tmp_path / dataset.name / "000-1.png").exists()


def test_a_file_that_cannot_be_read_counts_as_failed(dataset: Path, tmp_path: Path) -> None:
    label = {"file": "broken.jpg", "schema": "receipt", "expected": {"/total": "1.00"}}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label), encoding="utf-8")
    (tmp_path / "broken.jpg").write_bytes(b"no picture at all")
    board = json.loads(evaluate(tmp_path, "--report", tmp_path).stdout.splitlines()[-1])
    assert board["failed"] == 1
    assert board["pointers"]["/total"]["recall"] == 0.0


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    ran = evaluate(tmp_path)
    assert ran.exit_code == 1
    assert "invalid_request" in ran.stderr
