"""The legs as tasks, with real stores and a real queue; each is run in this process, when asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from celery import Celery
from redis import Redis
from structlog.testing import capture_logs

from vouch.schemas.errors import EngineFailed, StaleAttempt
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Job, Leg
from vouch.schemas.record import Record
from vouch.schemas.text import Token
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import page_key
from vouch.storage.queues import open_queues, task_name
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.images import RgbImage
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.legs import LEGS, Workplace

SAMPLE = Path(__file__).parents[3] / "samples" / "receipt.jpg"
SECRET = "text of the document"


@dataclass(frozen=True, slots=True)
class FailingOcr(FakeOcr):
    """Raises what it was given, as a model may, and counts how often."""

    error: Exception | None = None
    calls: list[int] = field(default_factory=list)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        self.calls.append(len(runs))
        raise self.error or EngineFailed("the model raised")


@pytest.fixture
def place(attempts: AttemptStore, blobs: BlobStore) -> Workplace:
    engines = build_engines(WorkerSettings(ocr="fake"))
    return Workplace(attempts, blobs, IngestLimits(), engines=engines)


@pytest.fixture
def app(storage: StorageSettings, place: Workplace) -> Celery:
    app = open_queues(storage)
    register_legs(app, place)
    return app


@pytest.fixture
async def created(jobs: JobStore, blobs: BlobStore, job: Job) -> Job:
    key = blobs.put_content(job.id, "upload", SAMPLE.read_bytes())
    job = job.model_copy(update={"upload": key})
    await jobs.create(job)
    return job


def run(app: Celery, leg: Leg, job: Job) -> None:
    app.tasks[task_name(leg)].apply(kwargs={"job_id": job.id, "attempt": job.attempt})


def failing(storage: StorageSettings, place: Workplace, ocr: FailingOcr) -> Celery:
    assert place.engines is not None
    app = open_queues(storage)
    register_legs(app, replace(place, engines=replace(place.engines, ocr=ocr)))
    return app


def waiting(redis: Redis, queue: str) -> list[str]:
    return [json.loads(message)["headers"]["task"] for message in redis.lrange(queue, 0, -1)]


async def test_each_leg_asks_for_the_next_on_its_queue(
    app: Celery, created: Job, jobs: JobStore, redis: Redis
) -> None:
    run(app, "depict", created)
    assert waiting(redis, "ocr") == ["vouch.perceive"]
    run(app, "perceive", created)
    assert waiting(redis, "vlm") == ["vouch.interpret"]
    run(app, "interpret", created)
    assert waiting(redis, "cpu") == ["vouch.conclude"]
    run(app, "conclude", created)
    assert (await jobs.get(created.id)).status == "succeeded"
    record = Record.model_validate_json(await jobs.record(created.id))
    assert record.id == created.id
    assert record.data["total"] == "9.00"


async def test_a_leg_delivered_twice_has_its_effect_once(
    app: Celery, created: Job, jobs: JobStore, place: Workplace
) -> None:
    for leg in LEGS:
        run(app, leg, created)
    before, record = await jobs.get(created.id), await jobs.record(created.id)
    for leg in LEGS:
        run(app, leg, created)
    assert await jobs.get(created.id) == before
    assert await jobs.record(created.id) == record


async def test_a_finished_leg_is_not_run_again(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    before = await jobs.get(created.id)
    blobs.put(page_key(created.id, 1), b"a second run would write this anew")
    run(app, "depict", created)
    assert await jobs.get(created.id) == before
    assert blobs.get(page_key(created.id, 1)) == b"a second run would write this anew"


async def test_an_old_attempt_does_nothing(
    app: Celery, created: Job, jobs: JobStore, redis: Redis
) -> None:
    await jobs.create(created.model_copy(update={"attempt": 2}))
    run(app, "depict", created)
    assert (await jobs.get(created.id)).stage is None
    assert waiting(redis, "ocr") == []


async def test_a_purged_job_leaves_no_blob(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    await jobs.delete(created.id)
    run(app, "perceive", created)
    assert blobs.get(page_key(created.id, 1)) is None
    assert blobs.get(created.upload) is None


async def test_what_a_model_raises_is_tried_again_and_then_reaches_the_job(
    storage: StorageSettings, place: Workplace, app: Celery, created: Job, jobs: JobStore
) -> None:
    run(app, "depict", created)
    ocr = FailingOcr()
    with capture_logs() as logs:
        run(failing(storage, place, ocr), "perceive", created)
    assert len(ocr.calls) == 4
    seen = await jobs.get(created.id)
    assert seen.status == "failed"
    assert seen.error is not None
    assert (seen.error.code, seen.error.retryable) == ("engine_failed", True)
    assert [line["event"] for line in logs] == ["leg_failed"]


async def test_what_nobody_foresaw_reaches_the_job_without_its_words(
    storage: StorageSettings, place: Workplace, app: Celery, created: Job, jobs: JobStore
) -> None:
    run(app, "depict", created)
    with capture_logs() as logs:
        run(failing(storage, place, FailingOcr(error=ValueError(SECRET))), "perceive", created)
    seen = await jobs.get(created.id)
    assert seen.error is not None
    assert seen.error.code == "internal_error"
    assert SECRET not in f"{seen} {logs}"
    assert any("recognise" in frame for frame in logs[-1]["frames"])


async def test_a_bad_upload_is_the_callers(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    blobs.put(created.upload, b"not a picture")
    run(app, "depict", created)
    seen = await jobs.get(created.id)
    assert seen.error is not None
    assert (seen.error.code, seen.error.retryable) == ("unsupported_media_type", False)


async def test_a_newer_attempt_stops_a_running_leg(
    storage: StorageSettings, place: Workplace, app: Celery, created: Job, jobs: JobStore
) -> None:
    run(app, "depict", created)
    stale = FailingOcr(error=StaleAttempt("a newer attempt owns the job"))
    run(failing(storage, place, stale), "perceive", created)
    assert (await jobs.get(created.id)).status == "running"
