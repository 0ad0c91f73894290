"""Questions and things to locate through real processes, with a VLM worker of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stacks import stack_with
from vouch.schemas.record import Record

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("var")
    with stack_with(folder) as running, httpx.Client(base_url=running.url, timeout=60.0) as client:
        yield client


def record_of(client: httpx.Client, **form: str) -> Record:
    answer = client.post("/v1/jobs", files={"file": SAMPLE.read_bytes()}, data=form)
    assert answer.status_code == 202, answer.text
    done: dict[str, Any] = client.get(answer.headers["location"], params={"wait": 50}).json()
    assert done["status"] == "succeeded", done
    return Record.model_validate(done["record"])


def test_a_question_is_answered_with_evidence(client: httpx.Client) -> None:
    record = record_of(client, question="How much was paid in cash?")
    assert record.task == "ask"
    assert record.data == {"answer": "10.00", "kind": "reading"}
    (evidence,) = record.fields["/answer"].evidence
    assert evidence.text == "10.00"


def test_what_the_page_does_not_say_is_absent(client: httpx.Client) -> None:
    record = record_of(client, question="What is the IBAN?")
    assert record.data == {"answer": None, "kind": "reading"}
    assert record.fields["/answer"].status == "absent"
    assert record.decision.outcome != "accept"


def test_a_thing_is_located_inside_its_evidence(client: httpx.Client) -> None:
    record = record_of(client, locate="Rye rolls")
    assert record.task == "locate"
    assert record.data["found"] is True
    left, top, right, bottom = record.data["element"]["bbox"]
    x, y = record.data["element"]["click_point"]
    assert left < x < right
    assert top < y < bottom
    (evidence,) = record.fields["/element/label"].evidence
    assert evidence.text == "Rye rolls"


def test_what_is_not_there_is_not_found(client: httpx.Client) -> None:
    record = record_of(client, locate="the Logout button")
    assert record.data["found"] is False
    assert record.data["element"]["click_point"] is None
    assert record.fields["/found"].evidence[0].granularity == "region"
    assert record.decision.outcome != "accept"
