"""Watching, seeing and deleting a job over HTTP."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from PIL import Image
from redis import Redis

from tests.service.client import LIMIT, assert_problem, serving, submit
from tests.service.workers import finish, work
from vouch.schemas.job import Job, JobError
from vouch.schemas.record import Record
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id, page_key
from vouch.storage.settings import StorageSettings


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(max_upload_bytes=LIMIT), storage) as client:
        yield client


@pytest.fixture
async def done(
    jobs: JobStore,
    attempts: AttemptStore,
    blobs: BlobStore,
    job: Job,
    record: Record,
    page_png: bytes,
) -> str:
    """The id of a job that has its record and its page."""
    await jobs.submit(job)
    blobs.put(page_key(job.id, 1), page_png)
    finish(attempts, job.id, record)
    return job.id


async def test_a_job_can_be_watched(
    client: AsyncClient, attempts: AttemptStore, record: Record
) -> None:
    identity = (await submit(client)).json()["id"]
    work(attempts, identity, "perceive")
    attempts.enter(identity, 1, "read")
    seen = (await client.get(f"/v1/jobs/{identity}")).json()
    assert (seen["status"], seen["stage"], seen["record"]) == ("running", "read", None)
    waiting = asyncio.create_task(client.get(f"/v1/jobs/{identity}", params={"wait": 30}))
    await asyncio.to_thread(attempts.succeed, identity, 1, record, 0.5)
    async with asyncio.timeout(10):
        done = (await waiting).json()
    assert (done["status"], done["progress"]) == ("succeeded", 1.0)
    assert Record.model_validate(done["record"]) == record


async def test_waiting_ends_without_news(client: AsyncClient, storage: StorageSettings) -> None:
    settings = ServiceSettings(max_wait_seconds=0.05)
    async with serving(settings, storage) as impatient, asyncio.timeout(10):
        identity = (await submit(impatient)).json()["id"]
        seen = await impatient.get(f"/v1/jobs/{identity}", params={"wait": 1e6})
    assert seen.json()["status"] == "queued"


@pytest.mark.parametrize("wait", ["-1", "nan", "soon"])
async def test_a_wait_is_a_number_of_seconds(client: AsyncClient, wait: str) -> None:
    identity = (await submit(client)).json()["id"]
    answer = await client.get(f"/v1/jobs/{identity}", params={"wait": wait})
    assert_problem(answer, 422, "invalid_request")


async def test_a_failed_job_says_why(client: AsyncClient, attempts: AttemptStore) -> None:
    identity = (await submit(client)).json()["id"]
    attempts.fail(identity, 1, JobError(code="empty_upload", detail="no bytes"))
    seen = (await client.get(f"/v1/jobs/{identity}?wait=5")).json()
    assert seen["status"] == "failed"
    assert seen["error"] == {"code": "empty_upload", "detail": "no bytes", "retryable": False}
    assert_problem(await client.get(f"/v1/jobs/{identity}/record"), 404, "record_not_ready")


async def test_the_record_is_served_as_it_was_written(
    client: AsyncClient, done: str, record: Record
) -> None:
    answer = await client.get(f"/v1/jobs/{done}/record")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.text == record.model_dump_json()


async def test_a_page_is_served_in_its_own_pixels(
    client: AsyncClient, done: str, page_png: bytes
) -> None:
    answer = await client.get(f"/v1/jobs/{done}/pages/1.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == page_png


async def test_an_overlay_shows_the_evidence(client: AsyncClient, done: str) -> None:
    answer = await client.get(f"/v1/jobs/{done}/pages/1.png?overlay=1")
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert drawn.width > 600
        inside = drawn.convert("RGB").getpixel((440, 715))
    assert inside != (255, 255, 255)


async def test_who_wants_many_pictures_at_once_gets_some(
    client: AsyncClient, done: str, blobs: BlobStore
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (3000, 4500), "white").save(out, "PNG")
    blobs.put(page_key(done, 1), out.getvalue())
    wanted = (client.get(f"/v1/jobs/{done}/pages/1.png?overlay=1") for _ in range(12))
    answers = await asyncio.gather(*wanted)
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) == 4
    for answer in refused:
        assert_problem(answer, 503, "service_busy")
        assert int(answer.headers["retry-after"]) > 0


async def test_evidence_is_a_piece_of_the_page(client: AsyncClient, done: str) -> None:
    answer = await client.get(f"/v1/jobs/{done}/evidence.png", params={"pointer": "/total"})
    assert answer.status_code == 200
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert drawn.width < 600
        assert drawn.height < 300


async def test_what_is_not_there_is_not_found(client: AsyncClient, done: str) -> None:
    unknown = new_job_id()
    queued = (await submit(client)).json()["id"]
    for path, code in {
        f"/v1/jobs/{unknown}": "job_not_found",
        "/v1/jobs/..": "not_found",
        "/v1/jobs/a:record": "job_not_found",
        f"/v1/jobs/{unknown}/record": "job_not_found",
        f"/v1/jobs/{unknown}/pages/1.png": "job_not_found",
        f"/v1/jobs/{queued}/pages/1.png": "page_not_found",
        f"/v1/jobs/{queued}/pages/1.png?overlay=1": "record_not_ready",
        f"/v1/jobs/{done}/pages/2.png": "page_not_found",
        f"/v1/jobs/{done}/pages/2.png?overlay=1": "page_not_found",
        f"/v1/jobs/{done}/pages/0.png": "page_not_found",
        f"/v1/jobs/{done}/pages/..%2f1.png": "not_found",
        f"/v1/jobs/{done}/evidence.png?pointer=/tip": "field_not_found",
        f"/v1/jobs/{done}/evidence.png?pointer=/nonsense": "field_not_found",
        "/nowhere": "not_found",
    }.items():
        assert_problem(await client.get(path), 404, code)
    assert_problem(await client.get(f"/v1/jobs/{done}/evidence.png"), 422, "invalid_request")


async def test_a_deleted_job_leaves_nothing(
    client: AsyncClient, done: str, redis: Redis, blobs: BlobStore
) -> None:
    assert (await client.delete(f"/v1/jobs/{done}")).status_code == 204
    assert_problem(await client.get(f"/v1/jobs/{done}"), 404, "job_not_found")
    assert_problem(await client.delete(f"/v1/jobs/{done}"), 404, "job_not_found")
    assert blobs.get(page_key(done, 1)) is None
    assert not list(redis.scan_iter(f"*{done}*"))
    # its blobs are looked for once more, lest a worker had been writing one
    assert redis.zrange("vouch:expiry", 0, -1) == [f"{done}:local"]
    assert not redis.zcard("vouch:jobs:local")


async def test_a_bug_shows_nothing_of_itself(
    client: AsyncClient, done: str, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    redis.hset(f"vouch:job:{done}", "status", "secret text of a document")
    answer = await client.get("/v1/jobs")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text + caplog.text
