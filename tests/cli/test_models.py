"""`vouch models`: state and exit code."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vouch.cli.main import app
from vouch.workers.models import locked_packages

FIRST = locked_packages()[0].model[0]


def test_missing_models_are_told_and_fail_verification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_MODELS_DIR", str(tmp_path))
    listed = CliRunner().invoke(app, ["models", "list"])
    assert listed.exit_code == 0
    assert FIRST.name in listed.stdout
    assert "missing" in listed.stdout
    verified = CliRunner().invoke(app, ["models", "verify"])
    assert verified.exit_code == 1
    assert "model_missing" in verified.stderr


def test_a_wrong_digest_fails_verification(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_MODELS_DIR", str(tmp_path))
    for name in ("inference.onnx", "inference.yml"):
        place = tmp_path / FIRST.name / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"not the model")
    verified = CliRunner().invoke(app, ["models", "verify"])
    assert verified.exit_code == 1
    assert "wrong digest" in verified.stdout


def test_an_unknown_set_is_refused_with_those_that_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_MODELS_DIR", str(tmp_path))
    pulled = CliRunner().invoke(app, ["models", "pull", "--with", "everything"])
    assert pulled.exit_code == 2
    assert "vlm" in pulled.stderr
    assert not list(tmp_path.iterdir())
