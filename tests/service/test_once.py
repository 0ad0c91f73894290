"""The same request twice makes one job; the same document twice can have one answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import AsyncClient, Response

from tests.service.client import LIMIT, assert_problem, serving, submit
from tests.service.workers import finish
from vouch.schemas.job import JobError
from vouch.schemas.record import Record
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import QUEUES
from vouch.storage.settings import StorageSettings

KEY = {"Idempotency-Key": "order-66"}


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(max_upload_bytes=LIMIT), storage) as client:
        yield client


async def keyed(client: AsyncClient, content: bytes = b"bytes", **form: str) -> Response:
    return await client.post(
        "/v1/jobs", files={"file": ("shop.png", content)}, data=form, headers=KEY
    )


def stored(storage: StorageSettings) -> set[str]:
    """The jobs that have blobs."""
    return {folder.name for folder in (Path(storage.blobs) / "jobs").glob("*")}


async def test_a_repeated_request_finds_its_first_job(
    client: AsyncClient, storage: StorageSettings, attempts: AttemptStore, record: Record
) -> None:
    first = await keyed(client, schema="receipt", readers="rules")
    again = await keyed(client, readers="rules", schema="receipt")
    assert (first.status_code, again.status_code) == (202, 202)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert stored(storage) == {first.json()["id"]}
    finish(attempts, first.json()["id"], record)
    assert (await keyed(client, schema="receipt", readers="rules")).json()["status"] == "succeeded"


async def test_a_key_stands_for_one_request(client: AsyncClient, storage: StorageSettings) -> None:
    first = await keyed(client)
    assert_problem(await keyed(client, b"other bytes"), 409, "idempotency_conflict")
    assert_problem(await keyed(client, readers="rules"), 409, "idempotency_conflict")
    assert stored(storage) == {first.json()["id"]}


async def test_the_spelling_of_a_schema_is_no_other_request(client: AsyncClient) -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["string", "null"]}}}
    first = await keyed(client, json_schema=json.dumps(schema))
    again = await keyed(client, json_schema=json.dumps(schema, indent=2))
    assert again.json()["id"] == first.json()["id"]


async def test_requests_at_the_same_time_make_one_job(
    client: AsyncClient, storage: StorageSettings
) -> None:
    answers = await asyncio.gather(*(keyed(client) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    (job,) = {answer.json()["id"] for answer in answers}
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert stored(storage) == {job}


async def test_a_deleted_job_gives_its_key_back(client: AsyncClient) -> None:
    first = (await keyed(client)).json()["id"]
    await client.delete(f"/v1/jobs/{first}")
    again = await keyed(client, b"other bytes")
    assert again.status_code == 202
    assert again.json()["id"] != first


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "ü"])
async def test_a_key_is_visible_and_not_too_long(client: AsyncClient, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode()}
    answer = await client.post("/v1/jobs", files={"file": b"bytes"}, headers=headers)
    assert_problem(answer, 422, "invalid_request")


def announced(attempts: AttemptStore, engines: str) -> None:
    for queue in QUEUES:
        attempts.announce(queue, "a", 10, engines)


async def test_an_answer_can_be_reused(
    client: AsyncClient, attempts: AttemptStore, record: Record, storage: StorageSettings
) -> None:
    announced(attempts, "first engines")
    first = await submit(client, reuse="true")
    assert (await submit(client, reuse="true")).status_code == 202  # the first is not done yet
    finish(attempts, first.json()["id"], record)
    before = stored(storage)
    again = await submit(client, reuse="true")
    assert (again.status_code, again.headers["vouch-reused"]) == (200, "true")
    assert again.json()["id"] == first.json()["id"]
    assert Record.model_validate(again.json()["record"]) == record
    assert stored(storage) == before
    for other in (
        await submit(client),
        await submit(client, b"other bytes", reuse="true"),
        await submit(client, reuse="true", readers="rules"),
    ):
        assert other.status_code == 202
    announced(attempts, "newer engines")
    assert (await submit(client, reuse="true")).status_code == 202


async def test_what_did_not_succeed_or_was_deleted_answers_nobody(
    client: AsyncClient, attempts: AttemptStore, record: Record
) -> None:
    announced(attempts, "engines")
    failed = (await submit(client, reuse="true")).json()["id"]
    attempts.claim(failed, 1, "depict")
    attempts.fail(failed, 1, JobError(code="engine_failed", detail="no"))
    second = await submit(client, reuse="true")
    assert second.status_code == 202
    finish(attempts, second.json()["id"], record)
    await client.delete(second.headers["location"])
    assert (await submit(client, reuse="true")).status_code == 202


async def test_a_retry_shows_in_the_job_that_it_is_for(
    client: AsyncClient, jobs: JobStore, blobs: BlobStore, storage: StorageSettings
) -> None:
    first = (await submit(client)).json()["id"]
    again = (await submit(client, retry_of=first)).json()
    assert again["retry_of"] == first
    assert (await client.get(f"/v1/jobs/{first}")).json()["retried_by"] == again["id"]
    for wrong in ("f" * 32, "vouch", f"{first}:record"):
        assert_problem(await submit(client, retry_of=wrong), 422, "invalid_request")
    assert stored(storage) == {first, again["id"]}
