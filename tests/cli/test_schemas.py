"""`vouch schemas lint`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vouch.cli.main import app

GOOD = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}


def lint(tmp_path: Path, schema: object, *options: str) -> Result:
    path = tmp_path / "schema.json"
    path.write_text(schema if isinstance(schema, str) else json.dumps(schema))
    return CliRunner().invoke(app, ["schemas", "lint", str(path), *options])


def test_an_accepted_schema_shows_every_verdict_and_what_to_mind(tmp_path: Path) -> None:
    ran = lint(tmp_path, GOOD)
    assert ran.exit_code == 0, ran.output
    assert "ACCEPTED" in ran.stdout
    assert "required" in ran.stdout
    assert "warning /total" in ran.stdout
    assert "limits: bytes 262144" in ran.stdout


def test_a_refused_schema_says_where_and_exits_1(tmp_path: Path) -> None:
    remote = {"type": "object", "properties": {"a": {"$ref": "https://example.org/a.json"}}}
    ran = lint(tmp_path, remote)
    assert ran.exit_code == 1
    assert "REFUSED" in ran.stdout
    assert "/properties/a" in ran.stdout


@pytest.mark.parametrize(("schema", "code"), [(GOOD, 0), ({"type": "text"}, 1)])
def test_the_verdict_as_json(tmp_path: Path, schema: object, code: int) -> None:
    ran = lint(tmp_path, schema, "--json")
    assert (json.loads(ran.stdout)["accepted"], ran.exit_code) == (code == 0, code)


def test_a_file_that_holds_no_schema_is_a_failure(tmp_path: Path) -> None:
    assert "invalid_request" in lint(tmp_path, "nonsense").stderr
    missing = CliRunner().invoke(app, ["schemas", "lint", str(tmp_path / "none.json")])
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "none.json" in missing.stderr


def test_flat_says_which_keys_a_flat_record_has() -> None:
    ran = CliRunner().invoke(app, ["schemas", "flat", "location"])
    assert ran.exit_code == 0, ran.output
    kinds = json.loads(ran.stdout)["properties"]
    assert kinds["element_click_point_x"]["type"] == ["number", "null"]


def test_flat_takes_a_schema_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(GOOD))
    ran = CliRunner().invoke(app, ["schemas", "flat", str(path)])
    assert "total_decision" in json.loads(ran.stdout)["properties"]


def test_flat_knows_no_other_name() -> None:
    assert CliRunner().invoke(app, ["schemas", "flat", "menu"]).exit_code == 1
