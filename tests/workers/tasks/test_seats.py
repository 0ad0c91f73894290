"""Legs side by side in one process: one that may kill it has it alone. Real threads and stores."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from redis import Redis

from tests.eventually import eventually
from tests.workers.tasks.processes import seen, submit
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Job, JobError, Ticket
from vouch.schemas.text import Token
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import open_queues, task_name
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.images import RgbImage
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.budget import Budget
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.heartbeat import Heartbeat, Hold
from vouch.workers.tasks.legs import run_leg
from vouch.workers.tasks.presence import engines_digest
from vouch.workers.tasks.workplace import Workplace

PATIENCE = 60.0
Run = Callable[[Ticket], Future[object]]
LOST = JobError(code="engine_failed", detail="its worker is gone")


@dataclass(frozen=True, slots=True)
class Waiting(FakeOcr):
    """Reads when it may; tells how many read at the same time."""

    may_read: threading.Event = field(default_factory=threading.Event)
    readers: Budget = field(default_factory=Budget)
    most: list[float] = field(default_factory=list)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        with self.readers.of(1):
            self.most.append(self.readers.held)
            assert self.may_read.wait(PATIENCE)
            return FakeOcr.recognise(self, image, runs)


@pytest.fixture
def ocr() -> Waiting:
    return Waiting()


@pytest.fixture
def place(attempts: AttemptStore, blobs: BlobStore, ocr: Waiting) -> Workplace:
    engines = replace(build_engines(WorkerSettings(ocr="fake")), ocr=ocr)
    return Workplace(attempts, blobs, IngestLimits(), engines, seats=Budget(4))


@pytest.fixture
def run(storage: StorageSettings, place: Workplace) -> Iterator[Run]:
    with open_queues(storage) as app, ThreadPoolExecutor(4) as threads:
        register_legs(app, place, Heartbeat(place.jobs))

        def run(ticket: Ticket) -> Future[object]:
            message = {"job_id": ticket.job_id, "attempt": ticket.attempt}
            return threads.submit(app.tasks[task_name(ticket.leg)].apply, kwargs=message)

        yield run


async def perceivable(jobs: JobStore, place: Workplace, job: Job) -> Ticket:
    """A job of which OCR is next."""
    ticket = await submit(jobs, place.blobs, job)
    claimed = place.jobs.claim(ticket.job_id, 1, "depict")
    (due, *_) = run_leg("depict", place, Hold(claimed))()
    return due


async def test_a_leg_that_was_lost_before_has_the_process_alone(
    jobs: JobStore, place: Workplace, job: Job, ocr: Waiting, run: Run, redis: Redis
) -> None:
    """Nobody has claimed it while it waits: what kills the others is not held against it."""
    fresh = [await perceivable(jobs, place, job) for _ in range(2)]
    lost = await perceivable(jobs, place, job)
    place.jobs.claim(lost.job_id, 1, "perceive")
    (again,) = place.jobs.give_back(lost.job_id, 1, LOST)
    assert again.attempt == 2
    running = [run(ticket) for ticket in fresh]
    eventually(lambda: len(ocr.most) == 2)
    running.append(run(again))
    assert redis.hget(f"vouch:job:{lost.job_id}", "held") == ""
    ocr.may_read.set()
    for leg in running:
        leg.result(PATIENCE)
    assert [seen(redis, each.job_id).leg for each in (*fresh, again)] == ["interpret"] * 3
    assert (max(ocr.most[:2]), ocr.most[2]) == (2, 1)


def test_workers_that_make_the_same_of_a_document_say_so(
    attempts: AttemptStore, blobs: BlobStore
) -> None:
    def digest(**settings: object) -> str:
        chosen = WorkerSettings.model_validate({"ocr": "fake", **settings})
        place = Workplace(attempts, blobs, chosen.limits, build_engines(chosen))
        return engines_digest(place)

    assert digest() == digest(ocr_threads=1)
    assert digest() != digest(limits={"pdf_dpi": 72})
    other = build_engines(WorkerSettings(ocr="fake"))
    other = replace(other, ocr=FakeOcr(lines=("another text",)))
    assert digest() != engines_digest(Workplace(attempts, blobs, IngestLimits(), other))
