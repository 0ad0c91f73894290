"""What a URL with a user and a password says of them: nothing, but to its server."""

import base64
import logging
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.workers.engines.remote import ask, remote_settings
from tests.workers.engines.scripted_server import completion, scripted_server
from vouch.schemas.errors import ModelMissing
from vouch.workers.app import build_vision
from vouch.workers.engines.addresses import shown
from vouch.workers.engines.openai_vlm import OpenAiVlm
from vouch.workers.settings import WorkerSettings

GOOD = '{"name":{"lines":[1],"raw":"Corner Bakery Ltd"},"total":null}'


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://host:8000/v1", "http://host:8000/v1"),
        ("http://user:pw@host/v1", "http://host/v1"),
        ("https://token@host/v1", "https://host/v1"),
        ("http://user:p/@#//w@host/v1", "http://host/v1"),
        ("openai:http://user:pw@host/v1", "openai:http://host/v1"),
        ("openai:user:pw@host/v1", "host/v1"),
    ],
)
def test_who_asks_is_not_shown(address: str, told: str) -> None:
    assert shown(address) == told


def test_a_password_reaches_its_server_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted_server(tmp_path) as scripted, capture_logs() as logs:
        url = scripted.expect(completion(GOOD), {"status": 500})
        vlm = OpenAiVlm(url.replace("//", "//user:s3cret@"), "model", remote_settings())
        vlm.warm()
        assert ask(vlm).draft is not None
        assert ask(vlm).degraded == "vlm_unavailable"
        login = scripted.requests[0]["headers"]["authorization"]
    assert login == f"Basic {base64.b64encode(b'user:s3cret').decode()}"
    assert logs
    assert caplog.messages
    assert "s3cret" not in f"{logs}{caplog.messages}{vlm.identity}"
    assert vlm.identity == OpenAiVlm(url, "model", remote_settings()).identity


@pytest.mark.parametrize(
    "vlm",
    [
        "openai:http://user:s3cret@host/v1",
        "openai:user:s3cret@host/v1#model",
        "openai:http://user:s3cret#@host/v1#model",
        "http://user:s3cret@host/v1#model",
    ],
)
def test_a_setting_that_cannot_be_read_is_told_without_its_password(vlm: str) -> None:
    with pytest.raises(ModelMissing) as raised:
        build_vision(WorkerSettings(vlm=vlm))
    assert "s3cret" not in str(raised.value)
