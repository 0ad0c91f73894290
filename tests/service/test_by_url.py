"""Documents that are named by their URL."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.service.client import LIMIT, assert_problem, serving
from tests.service.outward.servers import says, server
from vouch.service.settings import ServiceSettings
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.settings import StorageSettings


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    settings = ServiceSettings(max_upload_bytes=LIMIT, outward_allow="127.0.0.1")
    async with serving(settings, storage) as client:
        yield client


async def test_a_document_is_fetched_and_kept(
    client: AsyncClient, jobs: JobStore, blobs: BlobStore
) -> None:
    with server(says(b"a picture")) as port:
        wish = {"url": f"http://127.0.0.1:{port}/a/shop.png", "schema": "receipt", "reuse": False}
        answer = await client.post("/v1/jobs", json=wish)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    job = await jobs.get(answer.json()["id"], "local")
    assert job.filename == "shop.png"
    assert blobs.get(job.upload) == b"a picture"


async def test_a_repeated_request_fetches_nothing(client: AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    with server(says(b"a picture")) as port:
        wish = {"url": f"http://127.0.0.1:{port}/shop.png"}
        first = await client.post("/v1/jobs", json=wish, headers=headers)
    again = await client.post("/v1/jobs", json=wish, headers=headers)
    assert again.json()["id"] == first.json()["id"]
    other = await client.post("/v1/jobs", json=wish | {"readers": "rules"}, headers=headers)
    assert_problem(other, 409, "idempotency_conflict")


async def test_what_cannot_be_fetched_makes_no_job(
    client: AsyncClient, storage: StorageSettings
) -> None:
    for body, status, code in (
        (b"", 422, "empty_upload"),
        (b"x" * (LIMIT + 1), 413, "too_many_bytes"),
    ):
        with server(says(body)) as port:
            wish = {"url": f"http://127.0.0.1:{port}/shop.png"}
            assert_problem(await client.post("/v1/jobs", json=wish), status, code)
    with server(says(b"no", status=404)) as port:
        wish = {"url": f"http://127.0.0.1:{port}/shop.png"}
        assert_problem(await client.post("/v1/jobs", json=wish), 422, "fetch_failed")
    secret = {"url": "http://169.254.169.254/latest/meta-data/"}
    assert_problem(await client.post("/v1/jobs", json=secret), 422, "address_refused")
    assert (await client.get("/v1/jobs")).json()["jobs"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"schema": "receipt"}',
        b'{"url": 1}',
        b'{"url": "http://127.0.0.1/", "priority": "urgent"}',
        b'{"url": "http://127.0.0.1/", "target_precision": "0.9"}',
        b'{"url": "http://127.0.0.1/", "file": "x"}',
        b'{"url": "http://127.0.0.1/", "json_schema": {"maximum": 1e999}}',
        b'{"url": "http://127.0.0.1/", "json_schema": {"const": "\\ud800"}}',
        b'{"url": "http://127.0.0.1/", "schema": "\xff"}',
    ],
)
async def test_a_wrong_body_is_the_callers_mistake(client: AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/jobs", content=body, headers=headers)
    assert_problem(answer, 422, "invalid_request")


async def test_a_body_of_json_is_bounded(client: AsyncClient) -> None:
    wish = {"url": "http://127.0.0.1/", "json_schema": {"title": "x" * LIMIT * 2}}
    assert_problem(await client.post("/v1/jobs", json=wish), 413, "too_many_bytes")


async def test_a_receiver_must_be_one_that_is_called(client: AsyncClient) -> None:
    for url, code in {
        "http://10.0.0.1/hook": "address_refused",
        "ftp://127.0.0.1/": "address_refused",
        "nonsense": "address_refused",
        "http://127.0.0.1/hook": "invalid_request",  # there is no secret to sign with
    }.items():
        form = {"callback_url": url}
        answer = await client.post("/v1/jobs", data=form, files={"file": b"bytes"})
        assert_problem(answer, 422, code)
    await client.post("/v1/webhooks/secret:rotate")
    answer = await client.post("/v1/jobs", data=form, files={"file": b"bytes"})
    assert answer.status_code == 202
