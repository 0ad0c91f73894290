"""What becomes of legs that fail, and of messages that say nothing."""

import pytest
from celery import Celery
from redis import Redis
from structlog.testing import capture_logs

from tests.workers.tasks.running import WithOcr, failing, let_begin_again, run, waiting
from vouch.schemas.errors import EngineFailed, InvalidDraft, StoreUnavailable, VisionUnavailable
from vouch.schemas.job import Job
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.queues import task_name

SECRET = "text of the document"


async def test_what_a_model_raises_is_tried_again_and_then_quarantines_the_job(
    app: Celery,
    created: Job,
    jobs: JobStore,
    attempts: AttemptStore,
    redis: Redis,
    with_ocr: WithOcr,
) -> None:
    run(app, "depict", created)
    ocr = failing(EngineFailed("the model raised"))
    other, _ = with_ocr(ocr)
    with capture_logs() as logs:
        for attempt in range(1, 7):
            run(other, "perceive", created, attempt)
            let_begin_again(redis, attempts, created)
    assert len(ocr.calls) == 5
    seen = await jobs.get(created.id, "local")
    assert seen.status == "quarantined"
    assert seen.error is not None
    assert (seen.error.code, seen.error.retryable) == ("engine_failed", True)
    assert [line["event"] for line in logs].count("leg_failed") == 5


async def test_a_leg_that_is_given_back_waits_before_it_is_due(
    app: Celery, created: Job, redis: Redis, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)
    other, _ = with_ocr(failing(EngineFailed("the model raised")))
    run(other, "perceive", created)
    assert waiting(redis, "ocr") == ["vouch.perceive 1"]
    due = redis.zscore("vouch:resting", f"{created.id}:local")
    assert due is not None
    seconds, _ = redis.time()
    assert 0 <= due / 1000 - seconds <= 2


async def test_a_full_store_is_no_fault_of_the_job(
    app: Celery,
    created: Job,
    jobs: JobStore,
    attempts: AttemptStore,
    redis: Redis,
    with_ocr: WithOcr,
) -> None:
    run(app, "depict", created)
    other, _ = with_ocr(failing(StoreUnavailable("no room")))
    for attempt in range(1, 8):
        run(other, "perceive", created, attempt)
        let_begin_again(redis, attempts, created)
    seen = await jobs.get(created.id, "local")
    assert (seen.status, seen.failures, seen.attempt) == ("running", 0, 8)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError(SECRET), "internal_error"),
        (InvalidDraft("no form"), "vlm_invalid"),
        (VisionUnavailable("no VLM"), "vlm_unavailable"),
    ],
)
async def test_what_cannot_pass_fails_the_job_without_its_words(
    app: Celery, created: Job, jobs: JobStore, error: Exception, code: str, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)
    other, _ = with_ocr(failing(error))
    with capture_logs() as logs:
        run(other, "perceive", created)
    seen = await jobs.get(created.id, "local")
    assert seen.status == "failed"
    assert seen.error is not None
    assert seen.error.code == code
    assert SECRET not in f"{seen} {logs}"
    (told,) = [line for line in logs if line["event"] == "leg_failed"]
    assert any("recognise" in frame for frame in told.get("frames", ["recognise"]))


async def test_a_bad_upload_is_the_callers(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    blobs.put(created.upload, b"not a picture")
    run(app, "depict", created)
    seen = await jobs.get(created.id, "local")
    assert seen.error is not None
    assert (seen.error.code, seen.error.retryable) == ("unsupported_media_type", False)


async def test_a_job_whose_blobs_are_lost_fails(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    blobs.purge(created.id)
    run(app, "perceive", created)
    assert (await jobs.get(created.id, "local")).status == "failed"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"job_id": "../../etc", "attempt": 1},
        {"job_id": new_job_id(), "attempt": "many"},
        {"job_id": new_job_id(), "attempt": 0},
        {"job_id": new_job_id(), "attempt": 1, "more": 1},
    ],
)
def test_a_message_that_says_nothing_is_dropped(app: Celery, message: dict[str, object]) -> None:
    with capture_logs() as logs:
        app.tasks[task_name("depict")].apply(kwargs=message)
    assert [line["event"] for line in logs] == ["message_dropped"]


def test_a_message_about_nobody_is_dropped(app: Celery) -> None:
    with capture_logs() as logs:
        app.tasks[task_name("depict")].apply(kwargs={"job_id": new_job_id(), "attempt": 1})
    assert [line["event"] for line in logs] == ["job_gone"]
