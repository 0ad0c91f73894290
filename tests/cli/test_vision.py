"""What doctor says of the vision-language model, asked of a real HTTP server where there is one."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from vouch.cli.findings import Finding
from vouch.cli.vision import vision_findings
from vouch.workers.engines.shipped.released import checkpoint_place
from vouch.workers.settings import ServerSettings, VisionSettings, WorkerSettings


class Models(BaseHTTPRequestHandler):
    """GET /v1/models of an OpenAI-compatible server that asks for the key "right"."""

    def do_GET(self) -> None:
        allowed = self.headers["Authorization"] == "Bearer right"
        self.send_response(200 if allowed else 401)
        self.end_headers()
        named = {"data": [{"id": "small"}]} if self.path == "/v1/models" else ["else"]
        self.wfile.write(json.dumps(named).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Models) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def findings(vlm: str | None, key: str = "right", *, offline: bool = False) -> list[Finding]:
    vision = VisionSettings(server=ServerSettings(key=SecretStr(key), connect_seconds=1.0))
    return list(vision_findings(WorkerSettings(vlm=vlm, vision=vision), offline=offline))


@pytest.mark.parametrize("vlm", [None, "fake"])
def test_no_model_and_the_fake_one_need_nothing(vlm: str | None) -> None:
    (finding,) = findings(vlm)
    assert finding.is_fine


def test_a_server_must_answer_and_offer_the_model(server: str) -> None:
    assert findings(f"openai:{server}/v1#small")[0].is_fine
    assert "small" in (findings(f"openai:{server}/v1#large")[0].remedy or "")


def test_what_is_wrong_with_a_server_is_told_without_its_key(server: str) -> None:
    (refused,) = findings(f"openai:{server}/v1#small", key="wrong")
    (strange,) = findings(f"openai:{server}#small")
    (gone,) = findings("openai:http://127.0.0.1:9/v1#small")
    assert "401" in refused.found
    assert not any(finding.is_fine for finding in (refused, strange, gone))
    assert "wrong" not in repr(refused)


def test_a_password_in_the_url_is_told_to_nobody(server: str) -> None:
    secret = "s3cret"
    place = server.replace("//", f"//user:{secret}@")
    said = [
        *findings(f"openai:{place}/v1#small"),
        *findings(f"openai:{place}/v1#large"),
        *findings(f"openai:{place}#small"),
        *findings(f"openai:{place}/v1"),
        *findings(f"openai:http://user:{secret}@127.0.0.1:9/v1#small"),
        *findings(f"openai:http://user:{secret}#/@127.0.0.1:9/v1#small"),
        *findings(f"openai:{place}/v1#small", offline=True),
    ]
    assert len(said) == 7
    assert secret not in repr(said)
    assert "user" not in repr(said)
    assert f"small at {server}/v1" in said[-1].found


def test_offline_no_server_is_asked() -> None:
    assert findings("openai:http://127.0.0.1:9/v1#small", offline=True)[0].is_fine


def test_the_model_that_ships_can_be_put_together_or_is_missed(tmp_path: Path) -> None:
    def found(models_dir: Path) -> Finding:
        settings = WorkerSettings(vlm="vouch", models_dir=models_dir)
        return list(vision_findings(settings, offline=True))[-1]

    assert "make setup" in (found(tmp_path).remedy or "")
    checkpoint_place(tmp_path).mkdir()
    assert found(tmp_path).is_fine
    assert not findings("vouch:large")[-1].is_fine


def test_a_folder_must_hold_a_checkpoint(tmp_path: Path) -> None:
    assert not findings(f"transformers:{tmp_path}")[-1].is_fine
    (tmp_path / "config.json").touch()
    assert findings(f"transformers:{tmp_path}")[-1].is_fine


@pytest.mark.parametrize("vlm", ["transformers:no such/folder here", "gpt:x", "nonsense"])
def test_what_names_no_model_is_a_problem(vlm: str) -> None:
    assert not findings(vlm)[-1].is_fine
