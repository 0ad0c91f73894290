"""The legs as tasks, with real stores and a real queue; each is run in this process, when asked."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from celery import Celery
from redis import Redis
from structlog.testing import capture_logs

from vouch.schemas.errors import EngineFailed, InvalidDraft, StoreUnavailable
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import LEGS, Job, Leg
from vouch.schemas.partial import PagePart
from vouch.schemas.record import Record
from vouch.schemas.text import Token
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id, page_key, part_key
from vouch.storage.queues import open_queues, task_name
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.images import RgbImage
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.heartbeat import Heartbeat
from vouch.workers.tasks.legs import Workplace

SAMPLE = Path(__file__).parents[3] / "samples" / "receipt.jpg"
SECRET = "text of the document"
WithOcr = Callable[[FakeOcr], tuple[Celery, Heartbeat]]


@dataclass(frozen=True, slots=True)
class Hooked(FakeOcr):
    """Before it reads, something happens; it counts how often it was asked."""

    before: Callable[[], object] = lambda: None
    calls: list[int] = field(default_factory=list)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        self.calls.append(len(runs))
        self.before()
        return FakeOcr.recognise(self, image, runs)


def failing(error: Exception) -> Hooked:
    def fail() -> None:
        raise error

    return Hooked(before=fail)


@pytest.fixture
def place(attempts: AttemptStore, blobs: BlobStore) -> Workplace:
    engines = build_engines(WorkerSettings(ocr="fake"))
    return Workplace(attempts, blobs, IngestLimits(), engines=engines)


@pytest.fixture
def app(storage: StorageSettings, place: Workplace) -> Iterator[Celery]:
    with open_queues(storage) as app:
        register_legs(app, place, Heartbeat(place.jobs))
        yield app


@pytest.fixture
def with_ocr(storage: StorageSettings, place: Workplace) -> Iterator[WithOcr]:
    """Workers whose OCR is another."""
    with ExitStack() as opened:

        def with_ocr(ocr: FakeOcr) -> tuple[Celery, Heartbeat]:
            assert place.engines is not None
            app, heartbeat = opened.enter_context(open_queues(storage)), Heartbeat(place.jobs)
            own = replace(place, engines=replace(place.engines, ocr=ocr))
            register_legs(app, own, heartbeat)
            return app, heartbeat

        yield with_ocr


@pytest.fixture
async def created(jobs: JobStore, blobs: BlobStore, job: Job) -> Job:
    key = blobs.put_content(job.id, "upload", SAMPLE.read_bytes())
    job = job.model_copy(update={"upload": key})
    await jobs.submit(job)
    return job


def run(app: Celery, leg: Leg, job: Job, attempt: int = 1) -> None:
    app.tasks[task_name(leg)].apply(kwargs={"job_id": job.id, "attempt": attempt})


def waiting(redis: Redis, queue: str) -> list[str]:
    """Tasks with their attempts, of normal rank: begun ones, then new ones."""
    keys = (f"{queue}\x06\x161", f"{queue}\x06\x164")
    headers = [json.loads(each)["headers"] for key in keys for each in redis.lrange(key, 0, -1)]
    return [f"{header['task']} {header['id'].partition('.')[2]}" for header in headers]


async def test_each_leg_asks_for_the_next_on_its_queue(
    app: Celery, created: Job, jobs: JobStore, redis: Redis
) -> None:
    run(app, "depict", created)
    assert waiting(redis, "ocr") == ["vouch.perceive 1"]
    run(app, "perceive", created)
    assert waiting(redis, "vlm") == ["vouch.interpret 1"]
    run(app, "interpret", created)
    assert waiting(redis, "cpu") == ["vouch.conclude 1"]
    run(app, "conclude", created)
    assert (await jobs.get(created.id, "local")).status == "succeeded"
    record = Record.model_validate_json(await jobs.record(created.id, "local"))
    assert record.id == created.id
    assert record.data["total"] == "9.00"


async def test_a_leg_delivered_twice_has_its_effect_once(
    app: Celery, created: Job, jobs: JobStore
) -> None:
    for leg in LEGS:
        run(app, leg, created)
    before, record = await jobs.get(created.id, "local"), await jobs.record(created.id, "local")
    for leg in LEGS:
        run(app, leg, created)
    assert await jobs.get(created.id, "local") == before
    assert await jobs.record(created.id, "local") == record


async def test_a_finished_leg_is_not_run_again(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    before = await jobs.get(created.id, "local")
    blobs.put(page_key(created.id, 1), b"a second run would write this anew")
    run(app, "depict", created)
    assert await jobs.get(created.id, "local") == before
    assert blobs.get(page_key(created.id, 1)) == b"a second run would write this anew"


async def test_an_old_attempt_does_nothing(
    app: Celery, created: Job, redis: Redis, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)
    other, _ = with_ocr(failing(EngineFailed("the model raised")))
    run(other, "perceive", created)
    ocr = Hooked()
    other, _ = with_ocr(ocr)
    run(other, "perceive", created, attempt=1)
    assert ocr.calls == []
    run(other, "perceive", created, attempt=2)
    assert ocr.calls
    assert waiting(redis, "vlm") == ["vouch.interpret 2"]


async def test_pages_are_seen_before_the_leg_is_done(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    counted = await jobs.get(created.id, "local")
    assert (counted.pages, counted.pages_read) == (1, 0)
    run(app, "perceive", created)
    seen = await jobs.get(created.id, "local")
    assert (seen.pages, seen.pages_read) == (1, 1)
    part = PagePart.model_validate_json(blobs.get(part_key(created.id, 1)) or b"")
    assert part.lines[0].text == "Corner Bakery Ltd"
    assert all(0 <= x <= part.width for line in part.lines for x, _ in line.polygon)
    assert all(0 <= y <= part.height for line in part.lines for _, y in line.polygon)


async def test_a_purged_job_leaves_no_blob(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    await jobs.delete(created.id, "local")
    run(app, "perceive", created)
    assert blobs.get(page_key(created.id, 1)) is None
    assert blobs.get(created.upload) is None


async def test_a_leg_of_a_job_that_is_deleted_stops_at_its_next_checkpoint(
    app: Celery, created: Job, redis: Redis, blobs: BlobStore, with_ocr: WithOcr
) -> None:
    """Redis forgets the job while OCR looks; the next beat finds that out."""
    run(app, "depict", created)

    def forget() -> None:
        redis.delete(f"vouch:job:{created.id}")
        heartbeat.beat()

    ocr = Hooked(before=forget)
    other, heartbeat = with_ocr(ocr)
    with capture_logs() as logs:
        run(other, "perceive", created)
    assert [line["event"] for line in logs][-2:] == ["leg_lost", "job_gone"]
    assert blobs.get(created.upload) is None
    assert heartbeat.holds == ()


async def test_a_cancelled_job_stops_and_keeps_what_it_is(
    app: Celery, created: Job, jobs: JobStore, redis: Redis, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)

    def cancel() -> None:
        redis.hset(f"vouch:job:{created.id}", "status", "cancelled")
        heartbeat.beat()

    other, heartbeat = with_ocr(Hooked(before=cancel))
    run(other, "perceive", created)
    assert (await jobs.get(created.id, "local")).status == "cancelled"
    assert waiting(redis, "vlm") == []


async def test_what_a_model_raises_is_tried_again_and_then_quarantines_the_job(
    app: Celery, created: Job, jobs: JobStore, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)
    ocr = failing(EngineFailed("the model raised"))
    other, _ = with_ocr(ocr)
    with capture_logs() as logs:
        for attempt in range(1, 7):
            run(other, "perceive", created, attempt)
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
    due = redis.zscore("vouch:flight", f"{created.id}:local")
    assert due is not None
    seconds, _ = redis.time()
    assert 0 <= due / 1000 - seconds <= 2


async def test_a_full_store_is_no_fault_of_the_job(
    app: Celery, created: Job, jobs: JobStore, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)
    other, _ = with_ocr(failing(StoreUnavailable("no room")))
    for attempt in range(1, 8):
        run(other, "perceive", created, attempt)
    seen = await jobs.get(created.id, "local")
    assert (seen.status, seen.failures, seen.attempt) == ("running", 0, 8)


@pytest.mark.parametrize(
    ("error", "code"),
    [(ValueError(SECRET), "internal_error"), (InvalidDraft("no form"), "vlm_invalid")],
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
