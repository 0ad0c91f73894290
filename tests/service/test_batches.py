"""Many documents at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import AsyncClient, Response

from tests.service.client import LIMIT, assert_problem, serving
from tests.service.workers import finish
from vouch.schemas.record import Record
from vouch.schemas.tenant import Tenant, Terms
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore

CONFLICT = "idempotency_conflict"


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    settings = ServiceSettings(max_upload_bytes=LIMIT, max_batch_files=5)
    async with serving(settings, storage) as client:
        yield client


async def send(client: AsyncClient, *contents: bytes, **headers: str) -> Response:
    files = [("file", (f"{at}.png", content)) for at, content in enumerate(contents)]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/v1/batches", files=files, data={"readers": "rules"}, headers=named)


def jobs_in(answer: Response) -> list[str]:
    return [file["job"] for file in answer.json()["files"]]


async def test_each_file_becomes_a_job_of_the_batch(client: AsyncClient) -> None:
    answer = await send(client, b"a", b"b", b"c")
    assert answer.status_code == 202
    batch = answer.json()
    assert [file["filename"] for file in batch["files"]] == ["0.png", "1.png", "2.png"]
    seen = (await client.get(answer.headers["location"])).json()
    assert (seen["id"], seen["counts"]) == (batch["id"], {"queued": 3})
    assert {job["id"] for job in seen["jobs"]} == set(jobs_in(answer))
    assert {job["options"]["readers"] for job in seen["jobs"]} == {"rules"}
    listed = (await client.get("/v1/jobs", params={"batch": batch["id"]})).json()
    assert {job["id"] for job in listed["jobs"]} == set(jobs_in(answer))


async def test_one_can_wait_for_all(
    client: AsyncClient, attempts: AttemptStore, record: Record
) -> None:
    answer = await send(client, b"a", b"b")
    first, second = jobs_in(answer)
    waiting = asyncio.create_task(client.get(answer.headers["location"], params={"wait": 30}))
    await asyncio.to_thread(finish, attempts, first, record)
    assert not (await asyncio.wait({waiting}, timeout=0.3))[0]
    await asyncio.to_thread(finish, attempts, second, record)
    async with asyncio.timeout(10):
        assert (await waiting).json()["counts"] == {"succeeded": 2}


async def test_a_refused_file_does_not_keep_others_out(
    client: AsyncClient, storage: StorageSettings
) -> None:
    answer = await send(client, b"a", b"", b"x" * (LIMIT + 1), b"b")
    assert answer.status_code == 202
    files = answer.json()["files"]
    assert [file["code"] for file in files] == [None, "empty_upload", "too_many_bytes", None]
    assert [file["job"] is None for file in files] == [False, True, True, False]
    kept = {folder.name for folder in (Path(storage.blobs) / "jobs").iterdir()}
    assert kept == {file["job"] for file in files if file["job"]}


async def test_a_batch_takes_what_the_tenant_may_submit(
    client: AsyncClient, storage: StorageSettings
) -> None:
    shop = Tenant(name="shop", terms=Terms(submits_per_minute=2))
    with TenantStore.at(storage) as tenants, Keyring.at(storage) as keyring:
        tenants.put(shop)
        _, key = keyring.create(shop, {"submit"})
    taken = await send(client, b"a", b"b", b"c", X_API_Key=key)
    assert [file["code"] for file in taken.json()["files"]] == [None, None, "rate_limited"]
    assert taken.json()["files"][2]["retry_after"] > 0
    refused = await send(client, b"d", b"e", X_API_Key=key)
    assert_problem(refused, 429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 0


async def test_a_repeated_batch_finds_its_jobs(client: AsyncClient) -> None:
    first = await send(client, b"a", b"a", Idempotency_Key="k")
    again = await send(client, b"a", b"a", Idempotency_Key="k")
    assert again.json() == first.json()
    assert len(set(jobs_in(first))) == 2
    assert_problem(await send(client, b"a", b"b", Idempotency_Key="k"), 409, CONFLICT)
    assert_problem(await send(client, b"a", Idempotency_Key="k"), 409, CONFLICT)
    assert_problem(await send(client, b"a", b"a", b"a", Idempotency_Key="k"), 409, CONFLICT)
    assert len((await client.get("/v1/jobs")).json()["jobs"]) == 2


async def test_a_batch_of_which_the_first_file_was_refused_is_one_request_too(
    client: AsyncClient,
) -> None:
    first = await send(client, b"", b"b", Idempotency_Key="k")
    assert_problem(await send(client, b"a", b"b", Idempotency_Key="k"), 409, CONFLICT)
    seen = (await client.get(first.headers["location"])).json()
    assert len(seen["jobs"]) == 1


async def test_a_batch_has_files_and_not_too_many(client: AsyncClient) -> None:
    none = await client.post("/v1/batches", data={"schema": "receipt"}, files={"other": b"x"})
    assert_problem(none, 422, "invalid_request")
    assert_problem(await send(client, *[b"a"] * 6), 422, "invalid_request")
    assert_problem(await client.post("/v1/batches", json={}), 415, "unsupported_media_type")
    single = await client.post("/v1/batches", data={"retry_of": "0" * 32}, files={"file": b"x"})
    assert_problem(single, 422, "invalid_request")
    assert_problem(await client.get(f"/v1/batches/{'0' * 32}"), 404, "job_not_found")
    assert_problem(await client.get("/v1/batches/nonsense"), 404, "job_not_found")
