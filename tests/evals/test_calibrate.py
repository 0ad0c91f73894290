"""Calibration of rendered receipts, read by the real OCR."""

import json
from pathlib import Path

import pytest

from samples.render_receipt import render_dataset
from vouch.evals.calibrate import Case, cases_of, cross_validated, main
from vouch.evals.chain import Bench
from vouch.evals.labels import load_dataset
from vouch.schemas.policy import Calibration
from vouch.workers.settings import WorkerSettings

DOCUMENTS = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rendered = tmp_path_factory.mktemp("rendered")
    render_dataset(rendered, DOCUMENTS, seed=5)
    return rendered


@pytest.fixture(scope="module")
def cases(folder: Path) -> list[Case]:
    bench = Bench(WorkerSettings(), folder / "reuse")
    return list(cases_of(load_dataset(folder), "receipt", bench))


def test_items_have_examples_too(cases: list[Case]) -> None:
    patterns = {example.pattern for case in cases for example in case.examples}
    assert {"/total", "/items/*/price"} <= patterns


def test_every_document_is_decided_by_models_of_other_merchants(cases: list[Case]) -> None:
    decided = list(cross_validated(cases, "receipt"))
    assert sorted(one.file for _, one in decided) == sorted(case.labels.file for case in cases)
    assert all(one.record is not None for _, one in decided)


def test_the_command_releases_a_calibration_that_can_be_loaded(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([folder], reuse=folder / "reuse", version="7", folder=tmp_path)
    board = json.loads(capsys.readouterr().out)
    assert board["documents"] == DOCUMENTS
    released = (tmp_path / "receipt.calibration.json").read_text(encoding="utf-8")
    calibration = Calibration.model_validate_json(released)
    assert calibration.version == "7"
    assert "*" in calibration.models
