"""Real worker processes of the vlm queue, with a real Redis: batches, readiness, and peace."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.eventually import eventually
from vouch.schemas.job import Job
from vouch.schemas.statuses import CANNOT_START
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id, queue_key
from vouch.storage.queues import open_queues, publish
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.legs import Workplace, run_leg
from vouch.workers.wire import Interpreted

SAMPLE = Path(__file__).parents[3] / "samples" / "receipt.jpg"


@pytest.fixture
def place(attempts: AttemptStore, blobs: BlobStore) -> Workplace:
    return Workplace(attempts, blobs, IngestLimits(), build_engines(WorkerSettings(ocr="fake")))


@pytest.fixture
async def perceived(jobs: JobStore, place: Workplace, job: Job) -> list[Job]:
    """Eight jobs that wait for the vlm queue."""
    waiting = []
    for _ in range(8):
        job_id = new_job_id()
        key = place.blobs.put_content(job_id, "upload", SAMPLE.read_bytes())
        new = job.model_copy(update={"id": job_id, "upload": key})
        await jobs.create(new)
        for leg in ("depict", "perceive"):
            run_leg(leg, place, place.jobs.take(job_id, new.attempt))
        waiting.append(new)
    return waiting


@contextmanager
def worker(
    storage: StorageSettings, log: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    own = {"REDIS_URL": storage.redis_url, "VOUCH_BLOBS": storage.blobs, **environment}
    command = [sys.executable, "-m", "vouch.workers.tasks", "vlm"]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env={**os.environ, **own}, stdout=out, stderr=out) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def said(log: Path, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def interpreted(place: Workplace, job: Job) -> Interpreted | None:
    key = place.jobs.take(job.id, job.attempt).hand_overs.get("interpret")
    content = None if key is None else place.blobs.get(key)
    return None if content is None else Interpreted.model_validate_json(content)


async def test_jobs_that_wait_at_the_same_time_are_asked_together(
    storage: StorageSettings, place: Workplace, perceived: list[Job], redis: Redis, tmp_path: Path
) -> None:
    with open_queues(storage) as app:
        for job in perceived:
            publish(app, "interpret", job.id, job.attempt)
    batches = {"VOUCH_VISION__BATCH": "4", "VOUCH_VISION__GATHER_SECONDS": "60"}
    with worker(storage, tmp_path / "log", VOUCH_VLM="fake", **batches) as process:
        eventually(lambda: all(interpreted(place, job) for job in perceived))
        assert redis.exists(queue_key("vlm"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    for job in perceived:
        answer = interpreted(place, job)
        assert answer is not None
        assert answer.vlm is not None
        assert answer.vlm.name == "fake-vlm"
        assert answer.interpretation.draft is not None
        assert answer.interpretation.effort is not None
        assert answer.interpretation.effort.together == 4


async def test_a_worker_that_is_told_to_end_first_answers_what_it_has_begun(
    storage: StorageSettings, place: Workplace, perceived: list[Job], tmp_path: Path
) -> None:
    """Three of a batch of four wait for the fourth when SIGTERM comes."""
    batches = {"VOUCH_VISION__BATCH": "4", "VOUCH_VISION__GATHER_SECONDS": "2"}
    begun = perceived[:3]
    with worker(storage, tmp_path / "log", VOUCH_VLM="fake", **batches) as process:
        with open_queues(storage) as app:
            for job in begun:
                publish(app, "interpret", job.id, job.attempt)
        eventually(lambda: all(_is_running(place, job) for job in begun))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert all(interpreted(place, job) for job in begun)


def _is_running(place: Workplace, job: Job) -> bool:
    return place.jobs.take(job.id, job.attempt).stage in {"route", "extract"}


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("VOUCH_VLM", "unheard-of", "model_missing"),
        ("VOUCH_RSS_LIMIT", "1000000", "memory_limit_too_low"),
    ],
)
def test_a_worker_that_cannot_start_says_why_and_is_not_started_again(
    storage: StorageSettings, redis: Redis, tmp_path: Path, setting: str, value: str, code: str
) -> None:
    log = tmp_path / "log"
    with worker(storage, log, **{setting: value}) as process:
        assert process.wait(120) == CANNOT_START
    (told,) = said(log, "cannot_start")
    assert told["code"] == code
    assert not redis.exists(queue_key("vlm"))
