"""`vouch doctor`: every check says what is there and, where it is not right, what to do."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vouch.cli.doctor import _installation, _network, _writable
from vouch.cli.findings import Finding
from vouch.cli.main import app


def test_this_machine_is_fine() -> None:
    assert all(finding.is_fine for finding in _installation())


def test_missing_models_are_a_problem_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOUCH_MODELS_DIR", str(tmp_path))
    ran = CliRunner().invoke(app, ["doctor", "--offline"])
    assert ran.exit_code == 1
    assert "missing" in ran.stdout
    assert "vouch models pull" in ran.stdout


def test_a_redis_that_does_not_answer_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    ran = CliRunner().invoke(app, ["doctor", "--offline"])
    assert ran.exit_code == 1
    assert "REDIS_URL" in ran.stdout


def test_a_port_that_another_program_has_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.settimeout(0)
        port = deaf.getsockname()[1]
        (finding,) = _network(f"http://127.0.0.1:{port}", seconds=0.2)
    assert not finding.is_fine
    (free,) = _network(f"http://127.0.0.1:{port}", seconds=0.2)
    assert free.is_fine


def test_the_blob_folder_may_not_exist_yet_but_must_be_possible(tmp_path: Path) -> None:
    assert _writable(tmp_path / "var" / "blobs").is_fine
    assert not _writable(Path("/proc/1/blobs")).is_fine


def test_a_finding_with_a_remedy_is_not_fine() -> None:
    assert Finding("python", "3.11.7").is_fine
    assert not Finding("python", "3.8.0", "use 3.11").is_fine
