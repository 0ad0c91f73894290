"""Pictures that look alike, from upload to answer, with the fake picture model."""

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.stacks import stack_with
from vouch.cli.main import app
from vouch.cli.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_with(tmp_path_factory.mktemp("similar"), VOUCH_CLIP="fake") as running:
        yield running


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=60, trust_env=False) as client:
        yield client


def read(client: httpx.Client, colour: str, **form: str) -> dict[str, Any]:
    """The job of a picture of two colours, when it is done."""
    picture = Image.new("RGB", (320, 320), "white")
    picture.paste(Image.new("RGB", (320, 160), colour))
    out = io.BytesIO()
    picture.save(out, "PNG")
    answer = client.post("/v1/jobs", files={"file": (f"{colour}.png", out.getvalue())}, data=form)
    job: dict[str, Any] = client.get(answer.headers["location"], params={"wait": 50}).json()
    assert job["status"] == "succeeded"
    return job


def test_the_most_alike_picture_is_found(client: httpx.Client, stack: Stack) -> None:
    red, crimson, _ = (read(client, colour) for colour in ("red", "crimson", "blue"))
    ran = CliRunner().invoke(app, ["similar", red["id"], "--url", stack.url, "--json"])
    first, second = json.loads(ran.stdout)["jobs"]
    assert (first["id"], first["filename"]) == (crimson["id"], "crimson.png")
    assert first["similarity"] > second["similarity"]
    shown = CliRunner().invoke(app, ["similar", red["id"], "--url", stack.url, "--limit", "1"])
    assert crimson["id"] in shown.stdout


def test_of_a_masked_picture_nothing_is_kept_to_compare_by(client: httpx.Client) -> None:
    masked = read(client, "green", redact="all")
    problem = client.get(f"/v1/jobs/{masked['id']}/similar").json()
    assert problem["code"] == "not_comparable"
