"""Legs as tasks, with real stores: each is run in this process, when asked."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from celery import Celery

from tests.workers.tasks.running import WithOcr
from vouch.schemas.job import Job
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import open_queues
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.heartbeat import Heartbeat
from vouch.workers.tasks.workplace import Workplace

SAMPLE = Path(__file__).parents[3] / "samples" / "receipt.jpg"


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
