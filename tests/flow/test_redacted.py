"""Masking through the real API: what callers can see of a job, and what is left of it on disk."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from tests.workers.stages.pdfs import page_pdf, text_at
from vouch.cli.stack import Stack
from vouch.schemas.geometry import Bbox
from vouch.schemas.record import Record
from vouch.workers.stages.redacting.painting import MASK

PATIENCE = 60.0
SECRETS = ("ann.lee@example.com", "4111 1111 1111 1111", "Tr0ub4dor&3")
ROWS = (
    "CORNER SHOP LTD",
    f"Mail: {SECRETS[0]}",
    "Date 25/12/2018",
    f"Card {SECRETS[1]}",
    f"Password: {SECRETS[2]}",
    "Total 12.00",
)
PDF = page_pdf(
    b"".join(text_at(20, 170 - 25 * row, text) for row, text in enumerate(ROWS)), pages=2
)
"""Its text layer is believed: no OCR is needed to read it."""


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=PATIENCE) as client:
        yield client


def done(client: httpx.Client, **fields: str) -> tuple[str, dict[str, Any]]:
    """A job for the document, finished: its place and what it looks like."""
    answer = client.post("/v1/jobs", files={"file": ("a.pdf", PDF)}, data=fields)
    assert answer.status_code == 202, answer.text
    place = answer.headers["location"]
    job: dict[str, Any] = client.get(place, params={"wait": PATIENCE - 5}).json()
    assert job["status"] == "succeeded", job
    return place, job


def blobs(stack: Stack, place: str) -> Path:
    return stack.logs.parent / "blobs" / "jobs" / place.rpartition("/")[2]


def picture(answer: httpx.Response) -> np.ndarray[Any, Any]:
    assert answer.status_code == 200, answer.text
    with Image.open(io.BytesIO(answer.content)) as image:
        return np.asarray(image.convert("RGB"))


def says_a_secret(text: str) -> bool:
    return any(secret in text for secret in SECRETS) or "1111" in text


def test_nothing_that_callers_get_says_a_secret(client: httpx.Client) -> None:
    place, job = done(client, redact="all")
    events = client.get(f"{place}/events").text
    parts = [client.get(f"{place}/pages/{number}.json").text for number in (1, 2)]
    assert "CORNER SHOP" in events
    assert all("[email]" in part for part in parts)
    for text in (client.get(place).text, client.get(f"{place}/record").text, events, *parts):
        assert not says_a_secret(text)
    record = Record.model_validate(job["record"])
    assert record.redactions is not None
    kinds = [(seen.page, seen.kind) for seen in record.redactions.places]
    assert kinds == [(n, kind) for n in (1, 2) for kind in ("email", "card_number", "password")]
    assert "phone" in record.redactions.not_found
    assert record.data["total"] == "12.00"


def test_the_pixels_are_gone_from_every_picture(client: httpx.Client) -> None:
    place, job = done(client, redact="all")
    record = Record.model_validate(job["record"])
    assert record.redactions is not None
    shown = {n: picture(client.get(f"{place}/pages/{n}.png")) for n in (1, 2)}
    drawn = {n: picture(client.get(f"{place}/pages/{n}.png?overlay=1")) for n in (1, 2)}
    for seen in record.redactions.places:
        box = Bbox.around(seen.polygon)
        rows, columns = (
            slice(int(box.top) + 1, int(box.bottom)),
            slice(int(box.left) + 1, int(box.right)),
        )
        assert (shown[seen.page][rows, columns] == MASK).all()
        is_mask = (drawn[seen.page][rows, columns] == MASK).all(axis=2)
        assert is_mask.mean() > 0.8  # what is drawn on it are outlines and numbers
    before = np.asarray(
        pypdfium2.PdfDocument(PDF)[0].render(scale=200 / 72).to_pil().convert("RGB")
    )
    gone = (before != shown[1]).any(axis=2)
    assert (before.min(axis=2)[gone] < 128).any()  # there was print where the mask is
    assert (before.min(axis=2)[~gone] < 128).any()  # and the rest still stands


def test_nothing_unmasked_is_left_in_the_store(client: httpx.Client, stack: Stack) -> None:
    place, _ = done(client, redact="all")
    left = sorted(file for file in blobs(stack, place).rglob("*") if file.is_file())
    names = [file.relative_to(blobs(stack, place)).as_posix() for file in left]
    assert names == ["masked.json", "pages/1.json", "pages/1.png", "pages/2.json", "pages/2.png"]
    assert not any(says_a_secret(file.read_text("latin-1")) for file in left)
    assert client.delete(place).status_code == 204
    assert not blobs(stack, place).exists()


def test_without_the_wish_everything_is_as_it_was(client: httpx.Client, stack: Stack) -> None:
    place, job = done(client)
    assert job["record"]["redactions"] is None
    assert SECRETS[0] in client.get(f"{place}/pages/1.json").text
    assert any(blobs(stack, place).glob("upload/*"))


def test_a_kind_that_there_is_not_is_refused(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/jobs", files={"file": ("a.pdf", PDF)}, data={"redact": "email,shoe_size"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
