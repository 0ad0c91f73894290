"""The service over HTTP with a real Redis; the workers' writes are made by hand."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient, Response
from PIL import Image
from redis import Redis

from vouch.schemas.job import Job, JobError
from vouch.schemas.record import Record
from vouch.service.app import create_app
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id, page_key
from vouch.storage.queues import QUEUES
from vouch.storage.rows import from_row
from vouch.storage.settings import StorageSettings

LIMIT = 100_000


@asynccontextmanager
async def serving(
    settings: ServiceSettings, storage: StorageSettings
) -> AsyncIterator[AsyncClient]:
    """A client of a service in this event loop (Litestar's own test client starts another)."""
    app = create_app(settings, storage)
    started, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        """Enter and leave the lifespan in one task, as anyio asks for."""
        async with app.lifespan():
            started.set()
            await over.wait()

    transport = ASGITransport(cast("Any", app))
    async with (
        asyncio.TaskGroup() as tasks,
        AsyncClient(transport=transport, base_url="http://vouch") as client,
    ):
        tasks.create_task(live())
        await started.wait()
        yield client
        over.set()


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(max_upload_bytes=LIMIT), storage) as client:
        yield client


async def submit(client: AsyncClient, content: bytes = b"bytes", **form: str) -> Response:
    return await client.post("/v1/jobs", files={"file": ("../a/shop.png", content)}, data=form)


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
    await jobs.create(job)
    blobs.put(page_key(job.id, 1), page_png)
    attempts.succeed(job.id, 1, record)
    return job.id


def assert_problem(answer: Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert set(problem) >= {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:vouch:problem:{code}"


async def test_a_document_is_taken_in(client: AsyncClient, redis: Redis, blobs: BlobStore) -> None:
    answer = await submit(client, b"bytes", schema="receipt", target_precision="0.99")
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["status"], job["filename"]) == ("queued", "shop.png")
    assert job["options"]["target_precision"] == 0.99
    assert "upload" not in job
    (message,) = redis.lrange("cpu", 0, -1)
    assert json.loads(message)["headers"]["task"] == "vouch.depict"
    stored = from_row(redis.hgetall(f"vouch:job:{job['id']}"))
    assert blobs.get(stored.upload) == b"bytes"


async def test_a_message_names_the_job_and_its_attempt_only(
    client: AsyncClient, redis: Redis
) -> None:
    job = (await submit(client)).json()
    (message,) = redis.lrange("cpu", 0, -1)
    assert "shop.png" not in message
    assert job["id"] in json.loads(message)["headers"]["kwargsrepr"]


@pytest.mark.parametrize("precision", ["0", "1", "1.5", "-1", "nan", "high", ""])
async def test_a_precision_is_a_probability(client: AsyncClient, precision: str) -> None:
    answer = await submit(client, target_precision=precision)
    assert_problem(answer, 422, "invalid_request")
    assert "target_precision" in answer.json()["detail"]


async def test_a_request_is_refused_before_anything_is_kept(
    client: AsyncClient, redis: Redis
) -> None:
    assert_problem(await submit(client, b""), 422, "empty_upload")
    assert_problem(await submit(client, schema="novel"), 422, "unknown_schema")
    assert_problem(await submit(client, question="what?"), 422, "invalid_request")
    assert_problem(
        await client.post("/v1/jobs", data={"file": "text"}), 415, "unsupported_media_type"
    )
    assert_problem(await client.post("/v1/jobs", files={"other": b"x"}), 422, "invalid_request")
    assert_problem(
        await client.post("/v1/jobs", files={"file": (None, b"x")}), 422, "invalid_request"
    )
    two = [("file", ("a", b"x")), ("file", ("b", b"y"))]
    assert_problem(await client.post("/v1/jobs", files=two), 422, "invalid_request")
    assert_problem(await client.post("/v1/jobs", json={"url": "x"}), 422, "invalid_request")
    assert_problem(await client.post("/v1/jobs", content=b"x"), 415, "unsupported_media_type")
    assert not list(redis.scan_iter("vouch:*"))


async def test_a_broken_form_is_the_callers_mistake(client: AsyncClient) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers = {"content-type": content_type}
        answer = await client.post("/v1/jobs", content=b"--x\r\nnonsense", headers=headers)
        assert_problem(answer, 422, "invalid_request")


async def test_too_large_is_too_large(client: AsyncClient) -> None:
    assert (await submit(client, b"x" * LIMIT)).status_code == 202
    assert_problem(await submit(client, b"x" * (LIMIT + 1)), 413, "too_many_bytes")
    assert_problem(await submit(client, b"x" * (LIMIT * 3)), 413, "too_many_bytes")


async def test_a_job_can_be_watched(
    client: AsyncClient, attempts: AttemptStore, record: Record
) -> None:
    identity = (await submit(client)).json()["id"]
    attempts.enter(identity, 1, "read")
    seen = (await client.get(f"/v1/jobs/{identity}")).json()
    assert (seen["status"], seen["stage"], seen["record"]) == ("running", "read", None)
    waiting = asyncio.create_task(client.get(f"/v1/jobs/{identity}", params={"wait": 30}))
    await asyncio.to_thread(attempts.succeed, identity, 1, record)
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


async def test_a_method_that_is_not_there_is_not_allowed(client: AsyncClient) -> None:
    answer = await client.put("/v1/jobs")
    assert_problem(answer, 405, "method_not_allowed")


async def test_a_deleted_job_leaves_nothing(
    client: AsyncClient, done: str, redis: Redis, blobs: BlobStore
) -> None:
    assert (await client.delete(f"/v1/jobs/{done}")).status_code == 204
    assert_problem(await client.get(f"/v1/jobs/{done}"), 404, "job_not_found")
    assert_problem(await client.delete(f"/v1/jobs/{done}"), 404, "job_not_found")
    assert blobs.get(page_key(done, 1)) is None
    assert not list(redis.scan_iter("vouch:*"))


async def test_ready_means_that_every_queue_is_served(
    client: AsyncClient, attempts: AttemptStore
) -> None:
    assert (await client.get("/livez")).status_code == 200
    attempts.announce("cpu", 10)
    answer = await client.get("/readyz")
    assert_problem(answer, 503, "not_ready")
    assert answer.json()["missing"] == ["worker:ocr", "worker:vlm"]
    for queue in QUEUES:
        attempts.announce(queue, 10)
    assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_without_redis_the_service_lives_and_says_what_is_missing(
    storage: StorageSettings,
) -> None:
    broken = storage.model_copy(update={"redis_url": "unix:///nonexistent/redis.sock"})
    async with serving(ServiceSettings(), broken) as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).json()["missing"] == ["redis"]
        answer = await client.get(f"/v1/jobs/{new_job_id()}")
        assert_problem(answer, 503, "store_unavailable")
        assert answer.headers["retry-after"]
        assert_problem(await submit(client), 503, "store_unavailable")


async def test_a_bug_shows_nothing_of_itself(
    client: AsyncClient, done: str, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    redis.hset(f"vouch:job:{done}", "status", "secret text of a document")
    answer = await client.get(f"/v1/jobs/{done}")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text + caplog.text


async def test_every_answer_is_kept_from_sniffers_and_caches(client: AsyncClient) -> None:
    for path in ("/livez", "/nowhere", "/openapi/openapi.json"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


async def test_the_openapi_document_describes_what_a_program_binds_to(client: AsyncClient) -> None:
    document = (await client.get("/openapi/openapi.json")).json()
    assert {"Record", "JobView"} <= set(document["components"]["schemas"])
    submission = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]
    assert set(submission) == {"multipart/form-data"}
    assert "schema" in json.dumps(submission) + json.dumps(document["components"])
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]
