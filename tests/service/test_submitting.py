"""What the service takes in, refuses, and says of itself."""

import base64
import json
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from redis import Redis

from tests.service.client import LIMIT, assert_problem, serving, submit
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.queues import QUEUES
from vouch.storage.settings import StorageSettings


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(max_upload_bytes=LIMIT), storage) as client:
        yield client


def new_messages(redis: Redis) -> list[str]:
    """Messages of the queue cpu, whatever their priority."""
    return [str(message) for name in redis.keys("cpu*") for message in redis.lrange(name, 0, -1)]


async def test_a_document_is_taken_in(
    client: AsyncClient, jobs: JobStore, redis: Redis, blobs: BlobStore
) -> None:
    answer = await submit(client, b"bytes", schema="receipt", target_precision="0.99")
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["status"], job["filename"]) == ("queued", "shop.png")
    assert job["options"]["target_precision"] == 0.99
    assert "upload" not in job
    (message,) = new_messages(redis)
    assert json.loads(message)["headers"]["task"] == "vouch.depict"
    stored = await jobs.get(job["id"], "local")
    assert blobs.get(stored.upload) == b"bytes"


async def test_a_question_and_a_thing_to_locate_have_schemas_of_their_own(
    client: AsyncClient,
) -> None:
    asked = (await submit(client, question="Is it paid?")).json()["options"]
    assert (asked["task"], asked["schema_name"]) == ("ask", "answer")
    assert asked["question"] == "Is it paid?"
    sought = (await submit(client, locate="the Submit button")).json()["options"]
    assert (sought["task"], sought["schema_name"]) == ("locate", "location")
    assert sought["locate"] == "the Submit button"


async def test_a_message_names_the_job_and_its_attempt_only(
    client: AsyncClient, redis: Redis
) -> None:
    job = (await submit(client)).json()
    (message,) = new_messages(redis)
    assert "shop.png" not in message
    body = base64.b64decode(json.loads(message)["body"])
    assert json.loads(body)[1] == {"job_id": job["id"], "attempt": 1}


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
    assert_problem(await submit(client, answer="what?"), 422, "invalid_request")
    assert_problem(await submit(client, question="  "), 422, "invalid_request")
    assert_problem(await submit(client, locate="  "), 422, "invalid_request")
    assert_problem(await submit(client, question="what?", locate="it"), 422, "invalid_request")
    assert_problem(await submit(client, schema="ui", locate="it"), 422, "invalid_request")
    assert_problem(
        await client.post("/v1/jobs", data={"file": "text"}), 415, "unsupported_media_type"
    )
    assert_problem(await client.post("/v1/jobs", files={"other": b"x"}), 422, "invalid_request")
    assert_problem(
        await client.post("/v1/jobs", files={"file": (None, b"x")}), 422, "invalid_request"
    )
    two = [("file", ("a", b"x")), ("file", ("b", b"y"))]
    assert_problem(await client.post("/v1/jobs", files=two), 422, "invalid_request")
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


async def test_a_method_that_is_not_there_is_not_allowed(client: AsyncClient) -> None:
    answer = await client.put("/v1/jobs")
    assert_problem(answer, 405, "method_not_allowed")


async def test_ready_means_that_every_queue_is_served(
    client: AsyncClient, attempts: AttemptStore
) -> None:
    assert (await client.get("/livez")).status_code == 200
    attempts.announce("cpu", "a", 10)
    answer = await client.get("/readyz")
    assert_problem(answer, 503, "not_ready")
    assert answer.json()["missing"] == ["worker:ocr", "worker:vlm"]
    for queue in QUEUES:
        attempts.announce(queue, "a", 10)
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


async def test_every_answer_is_kept_from_sniffers_and_caches(client: AsyncClient) -> None:
    for path in ("/livez", "/nowhere", "/openapi/openapi.json"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


async def test_the_openapi_document_describes_what_a_program_binds_to(client: AsyncClient) -> None:
    document = (await client.get("/openapi/openapi.json")).json()
    assert {"Record", "JobView"} <= set(document["components"]["schemas"])
    submission = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]
    assert set(submission) == {"multipart/form-data", "application/json"}
    for body in submission.values():
        assert "schema" in body["schema"]["properties"]
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]
