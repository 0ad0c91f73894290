"""Schemas of the caller's own, over HTTP and the command line, with a VLM worker of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from tests.stacks import stack_with
from vouch.cli.console import EXIT_CODES
from vouch.cli.main import app
from vouch.cli.stack import Stack
from vouch.schemas.record import Record
from vouch.schemas.wanted import digest_of

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
TEXT = {"type": ["string", "null"]}
SALE: dict[str, Any] = {
    "title": "A sale",
    "type": "object",
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "shop": {
            "type": "object",
            "properties": {"date": {**TEXT, "format": "date"}, "owner": TEXT, "till": TEXT},
            "required": ["date", "owner"],
        },
        "kind": {"enum": ["receipt", "invoice"]},
        "paid": {"type": "object", "properties": {"cash": TEXT, "change": TEXT}},
        "cards": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        "a/b": {"type": "string"},
    },
    "required": ["total", "shop", "kind", "cards"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_with(tmp_path_factory.mktemp("var"), VOUCH_VLM="fake") as running:
        yield running


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=60.0) as client:
        yield client


def job(client: httpx.Client, **form: str) -> dict[str, Any]:
    answer = client.post("/v1/jobs", files={"file": SAMPLE.read_bytes()}, data=form)
    assert answer.status_code == 202, answer.text
    done: dict[str, Any] = client.get(answer.headers["location"], params={"wait": 50}).json()
    return done


def record_of(done: dict[str, Any]) -> Record:
    assert done["status"] == "succeeded", done
    return Record.model_validate(done["record"])


def vouch(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def sale_json(tmp_path: Path) -> Path:
    path = tmp_path / "sale.json"
    path.write_text(json.dumps(SALE))
    return path


def test_a_document_is_read_into_the_callers_own_schema(client: httpx.Client) -> None:
    record = record_of(job(client, json_schema=json.dumps(SALE)))
    Draft202012Validator(SALE).validate(record.data)
    assert record.data["total"] == 9.0
    assert record.data["shop"] == {"date": "2018-12-25", "owner": None, "till": None}
    assert record.data["paid"] == {"cash": "10.00", "change": "1.00"}
    assert record.data["cards"] == []
    assert "a/b" not in record.data


def test_its_values_have_evidence_and_what_is_not_printed_is_marked(client: httpx.Client) -> None:
    record = record_of(job(client, json_schema=json.dumps(SALE), readers="vlm"))
    total, kind = record.fields["/total"], record.fields["/kind"]
    assert (total.value, total.raw, total.status) == (9.0, "9.00", "grounded")
    assert [seen.text for seen in total.evidence] == ["9.00"]
    assert total.parts.vlm is not None
    assert (kind.status, kind.evidence, kind.accepted) == ("inferred", (), False)
    assert record.fields["/a~1b"].status == "absent"
    assert record.decision.outcome == "review"


def test_the_record_names_the_schema_and_who_read_it(client: httpx.Client) -> None:
    record = record_of(job(client, json_schema=json.dumps(SALE)))
    assert (record.schema_.name, record.schema_.digest) == ("inline", digest_of(SALE))
    assert record.provenance.vlm is not None
    assert record.provenance.prompt is not None
    assert record.provenance.calibration.name == "uncalibrated-prior-1"
    assert record.degraded is None


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, ["unknown"]),
        ({"title": "Total", "anyOf": [{"type": "number"}, {"type": "null"}]}, 9.0),
        ({"type": "array", "items": {"type": "integer"}}, []),
    ],
)  # fmt: skip
def test_the_root_need_not_be_an_object(client: httpx.Client, schema: Any, data: Any) -> None:
    assert record_of(job(client, json_schema=json.dumps(schema))).data == data


def test_a_stored_schema_is_used_in_the_version_that_was_asked_for(client: httpx.Client) -> None:
    shorter = {**SALE, "properties": {"total": SALE["properties"]["total"]}, "required": ["total"]}
    for schema in (SALE, shorter):
        assert client.put("/v1/schemas/sale", json=schema).status_code == 201
    newest = record_of(job(client, schema="sale"))
    oldest = record_of(job(client, schema="sale@1"))
    assert newest.data == {"total": 9.0}
    assert (newest.schema_.version, oldest.schema_.version) == ("2", "1")
    assert oldest.schema_.digest == digest_of(SALE)


def test_rules_know_only_their_own_schema(client: httpx.Client) -> None:
    nullable = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}
    record = record_of(job(client, json_schema=json.dumps(nullable), readers="rules"))
    assert (record.data, record.degraded) == ({"total": None}, None)
    assert record.decision.outcome == "review"
    failed = job(client, json_schema=json.dumps(SALE), readers="rules")
    assert (failed["status"], failed["error"]["code"]) == ("failed", "schema_unmet")
    assert "'/total'" in failed["error"]["detail"]


def test_the_command_line_takes_a_schema_from_a_file(stack: Stack, sale_json: Path) -> None:
    ran = vouch("extract", "--url", stack.url, "--json", "--schema", sale_json, SAMPLE)
    record = Record.model_validate_json(ran.stdout)
    assert record.data["total"] == 9.0
    assert ran.exit_code == EXIT_CODES["review"]


def test_the_same_record_comes_of_the_chain_in_this_process(
    stack: Stack, sale_json: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_OCR", "fake")
    monkeypatch.setenv("VOUCH_VLM", "fake")
    there, here = (
        Record.model_validate_json(
            vouch("extract", *way, "--json", "--schema", sale_json, SAMPLE).stdout
        )
        for way in (("--url", stack.url), ("--local",))
    )
    assert (here.data, here.fields, here.provenance) == (there.data, there.fields, there.provenance)


def test_a_schema_that_is_refused_is_told_with_its_code(stack: Stack, tmp_path: Path) -> None:
    remote = tmp_path / "remote.json"
    remote.write_text('{"$ref": "https://example.org/schema.json"}')
    for way in (("--url", stack.url), ("--local",)):
        ran = vouch("extract", *way, "--schema", remote, SAMPLE)
        assert (ran.exit_code, ran.stdout) == (1, "")
        assert "schema_refused" in ran.stderr


def test_readers_can_be_chosen_on_the_command_line(stack: Stack) -> None:
    ran = vouch("extract", "--url", stack.url, "--json", "--readers", "rules", SAMPLE)
    record = Record.model_validate_json(ran.stdout)
    assert record.data["total"] == "9.00"
    assert record.provenance.vlm is None
