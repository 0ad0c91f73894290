"""The connector for Power Automate: a valid file, and a caller who knows nothing else gets on."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator
from typer.testing import CliRunner

from vouch.cli.main import app
from vouch.cli.stack import Stack
from vouch.exports.flat_plan import plan_of, schema_of
from vouch.schemas.builtin import builtin_schema

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


def printed(stack: Stack, *options: str) -> dict[str, Any]:
    ran = CliRunner().invoke(app, ["openapi", "--url", stack.url, *options])
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.fixture(scope="module")
def connector(stack: Stack) -> dict[str, Any]:
    return printed(stack, "--connector", "--schema", "receipt")


def called(connector: dict[str, Any], name: str, **values: Any) -> httpx.Response:
    """Call an operation as the file describes it, with what it says by default."""
    method, path, operation = next(
        (method, path, operation)
        for path, operations in connector["paths"].items()
        for method, operation in operations.items()
        if operation["operationId"] == name
    )
    sent: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "formData": {}, "file": {}}
    for parameter in operation["parameters"]:
        if parameter["name"] in values or (parameter["required"] and "default" in parameter):
            place = "file" if parameter["type"] == "file" else parameter["in"]
            value = values.pop(parameter["name"], parameter.get("default"))
            sent[place][parameter["name"]] = value
    assert not values
    base = f"{connector['schemes'][0]}://{connector['host']}{connector['basePath']}".rstrip("/")
    with httpx.Client(timeout=60, trust_env=False) as client:
        answer = client.request(
            method,
            base + path.format(**sent["path"]),
            params=sent["query"],
            data=sent["formData"],
            files=sent["file"] or None,
        )
    assert str(answer.status_code) in operation["responses"] or not answer.is_success
    return answer


def test_the_file_is_valid(connector: dict[str, Any], stack: Stack) -> None:
    for found in (connector, printed(stack, "--connector", "--address", "https://a.example/vouch")):
        assert not list(OpenAPIV2SpecValidator(found).iter_errors())
    assert (found["host"], found["basePath"], found["schemes"]) == (
        "a.example",
        "/vouch",
        ["https"],
    )


def test_what_follows_the_file_gets_a_record(connector: dict[str, Any]) -> None:
    job = called(connector, "SubmitDocument", file=SAMPLE.read_bytes(), schema="receipt").json()
    record = called(connector, "GetFlatRecord", job_id=job["id"], wait=50).json()
    assert record["total"] == "9.00"
    named = connector["definitions"]["FlatRecord"]["properties"]
    assert list(named) == list(record)
    assert list(named["items"]["items"]["properties"]) == list(record["items"][0])
    view = called(connector, "GetJob", job_id=job["id"]).json()
    assert view["status"] == "succeeded"
    assert set(connector["definitions"]["Job"]["properties"]) <= set(view)


def test_a_job_that_failed_says_why(connector: dict[str, Any]) -> None:
    job = called(connector, "SubmitDocument", file=b"no picture").json()
    problem = called(connector, "GetFlatRecord", job_id=job["id"], wait=50)
    assert (problem.status_code, problem.json()["code"]) == (404, "record_not_ready")
    error = called(connector, "GetJob", job_id=job["id"]).json()["error"]
    assert error["code"] == "unsupported_media_type"


def test_every_key_of_a_record_has_a_title(connector: dict[str, Any]) -> None:
    named = connector["definitions"]["FlatRecord"]["properties"]
    assert list(named) == list(
        schema_of(plan_of(builtin_schema("receipt").shape), "")["properties"]
    )
    assert named["total_decision"]["x-ms-summary"] == "Total decision"
    assert all(
        member["type"] in ("string", "integer", "number", "boolean", "array")
        for member in named.values()
    )


def test_the_service_describes_itself(stack: Stack) -> None:
    assert printed(stack)["openapi"].startswith("3.1")


def test_an_address_that_is_none_is_refused(stack: Stack) -> None:
    options = ["openapi", "--url", stack.url, "--connector", "--address", "vouch.example"]
    ran = CliRunner().invoke(app, options)
    assert (ran.exit_code, "invalid_request" in ran.stderr) == (1, True)
