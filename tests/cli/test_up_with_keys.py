"""A stack with keys: made while it runs, and needed before it listens on other addresses."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from tests.eventually import eventually
from tests.stacks import stack_with
from vouch.cli.main import app
from vouch.client import Client
from vouch.schemas.errors import ServiceFailed
from vouch.schemas.job import Options


def vouch(*arguments: str | Path) -> str:
    ran = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert ran.exit_code == 0, ran.output
    return ran.stdout.strip()


def test_a_key_made_while_the_stack_runs_closes_the_door_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stack_with(tmp_path) as stack:
        assert oct((tmp_path / "redis.url").stat().st_mode)[-3:] == "600"
        with httpx.Client(base_url=stack.url, trust_env=False) as client:
            assert client.get("/v1/schemas").status_code == 200
            scopes = ("--scope", "read", "--scope", "submit")
            key = vouch("keys", "create", *scopes, "--data-dir", tmp_path)
            eventually(lambda: client.get("/v1/schemas").status_code == 401, 10)
            bearer = {"Authorization": f"Bearer {key}"}
            assert client.get("/v1/schemas", headers=bearer).status_code == 200
            with Client.at(stack.url) as nobody, pytest.raises(ServiceFailed) as refused:
                nobody.submit(b"bytes", "shop.png", Options())
            assert refused.value.code == "unauthenticated"
            monkeypatch.setenv("VOUCH_API_KEY", key)
            with Client.at(stack.url) as ours:
                assert ours.submit(b"bytes", "shop.png", Options())
            vouch("keys", "revoke", key.split("_")[1], "--data-dir", tmp_path)
            eventually(lambda: client.get("/v1/schemas", headers=bearer).status_code == 401, 10)
            assert client.get("/readyz").status_code == 200
    assert not (tmp_path / "redis.url").exists()
    assert key.split("_")[1] in vouch("keys", "list", "--data-dir", tmp_path)


def test_other_addresses_need_a_key_and_the_refusal_says_how(tmp_path: Path) -> None:
    up = ["up", "--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path)]
    ended = subprocess.run(
        [sys.executable, "-c", "from vouch.cli.main import app; app()", *up],
        env={name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    command = "vouch keys create --tenant acme --scope submit --scope read --data-dir"
    assert f"`{command} {tmp_path}`" in ended.stderr
