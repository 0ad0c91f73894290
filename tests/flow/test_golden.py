"""The record of the shipped sample, pinned: changing it is a deliberate act (`make golden`)."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from vouch.schemas.job import Options
from vouch.schemas.record import Field, Record
from vouch.workers.app import build_engines
from vouch.workers.pipeline import run
from vouch.workers.settings import WorkerSettings

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
GOLDEN = Path(__file__).with_name("receipt.golden.json")
PIXELS = 3.0
"""Processors differ in the last bits of a model's output, and a box may move by a pixel or two."""


@pytest.fixture(scope="module")
def record() -> Record:
    settings = WorkerSettings()
    return run(SAMPLE.read_bytes(), Options(), build_engines(settings), settings.limits)


def pinned(record: Record) -> dict[str, Any]:
    return {
        "outcome": record.decision.outcome,
        "data": record.data,
        "fields": {pointer: pinned_field(field) for pointer, field in record.fields.items()},
    }


def pinned_field(field: Field) -> dict[str, Any]:
    return {
        "raw": field.raw,
        "status": field.status,
        "confidence": field.confidence,
        "evidence": [[piece.text, piece.match, piece.polygon] for piece in field.evidence],
    }


def test_the_sample_gives_the_pinned_record(record: Record) -> None:
    got = json.loads(json.dumps(pinned(record)))
    if os.environ.get("VOUCH_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps(got, indent=1) + "\n", encoding="utf-8")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for pointer, field in golden["fields"].items():
        assert_like(field, got["fields"].pop(pointer))
    golden.pop("fields")
    assert got == {**golden, "fields": {}}


def assert_like(golden: dict[str, Any], got: dict[str, Any]) -> None:
    assert got["confidence"] == pytest.approx(golden["confidence"], abs=0.03)
    assert (got["raw"], got["status"]) == (golden["raw"], golden["status"])
    assert [piece[:2] for piece in got["evidence"]] == [piece[:2] for piece in golden["evidence"]]
    for one, other in zip(got["evidence"], golden["evidence"], strict=True):
        for point, pinned_point in zip(one[2], other[2], strict=True):
            assert point == pytest.approx(pinned_point, abs=PIXELS)


def test_the_sample_is_read_rightly(record: Record) -> None:
    expected = json.loads(SAMPLE.with_suffix(".json").read_text(encoding="utf-8"))["expected"]
    for pointer in ("/total", "/subtotal", "/tax", "/date", "/time", "/merchant/name"):
        assert record.fields[pointer].value == expected[pointer]
    assert record.decision.outcome == "accept"
