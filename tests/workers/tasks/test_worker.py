"""Real worker processes, with a real Redis: batches, readiness, orders to end, odd messages."""

import signal
from pathlib import Path

import pytest
from redis import Redis

from tests.eventually import eventually
from tests.workers.tasks.processes import PATIENCE, said, seen, submit, worker
from vouch.schemas.job import Job, Leg, Ticket
from vouch.schemas.statuses import CANNOT_START
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import engines_key, live_key
from vouch.storage.queues import open_queues, publish
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines
from vouch.workers.settings import IngestLimits, WorkerSettings
from vouch.workers.tasks.heartbeat import Hold
from vouch.workers.tasks.legs import run_leg
from vouch.workers.tasks.workplace import Workplace
from vouch.workers.wire import Interpreted

PERCEIVED: tuple[Leg, ...] = ("depict", "perceive")


@pytest.fixture
def place(attempts: AttemptStore, blobs: BlobStore) -> Workplace:
    return Workplace(attempts, blobs, IngestLimits(), build_engines(WorkerSettings(ocr="fake")))


@pytest.fixture
async def perceived(jobs: JobStore, place: Workplace, job: Job) -> list[Ticket]:
    """Eight jobs that wait for the vlm queue."""
    waiting = []
    for _ in range(8):
        ticket = await submit(jobs, place.blobs, job)
        for leg in PERCEIVED:
            claimed = place.jobs.claim(ticket.job_id, 1, leg)
            ticket, *_ = run_leg(leg, place, Hold(claimed))()
        waiting.append(ticket)
    return waiting


def send(storage: StorageSettings, *tickets: Ticket) -> None:
    with open_queues(storage) as app:
        publish(app, *tickets)


def interpreted(redis: Redis, blobs: BlobStore, ticket: Ticket) -> Interpreted | None:
    key = seen(redis, ticket.job_id).hand_overs.get("interpret")
    content = None if key is None else blobs.get(key)
    return None if content is None else Interpreted.model_validate_json(content)


async def test_jobs_that_wait_at_the_same_time_are_asked_together(
    storage: StorageSettings,
    place: Workplace,
    perceived: list[Ticket],
    redis: Redis,
    tmp_path: Path,
) -> None:
    send(storage, *perceived)
    batches = {"VOUCH_VISION__BATCH": "4", "VOUCH_VISION__GATHER_SECONDS": "60"}
    with worker("vlm", storage, tmp_path / "log", VOUCH_VLM="fake", **batches) as process:
        eventually(lambda: all(interpreted(redis, place.blobs, each) for each in perceived))
        assert redis.zcard(live_key("vlm")) == 1
        assert redis.get(engines_key("vlm"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert redis.zcard(live_key("vlm")) == 0
    for ticket in perceived:
        answer = interpreted(redis, place.blobs, ticket)
        assert answer is not None
        assert answer.vlm is not None
        assert answer.vlm.name == "fake-vlm"
        assert answer.interpretation.draft is not None
        assert answer.interpretation.effort is not None
        assert answer.interpretation.effort.together == 4


async def test_a_worker_that_is_told_to_end_first_answers_what_it_has_begun(
    storage: StorageSettings,
    place: Workplace,
    perceived: list[Ticket],
    redis: Redis,
    tmp_path: Path,
) -> None:
    """Three of a batch of four wait for the fourth when SIGTERM comes."""
    batches = {"VOUCH_VISION__BATCH": "4", "VOUCH_VISION__GATHER_SECONDS": "2"}
    begun = perceived[:3]
    with worker("vlm", storage, tmp_path / "log", VOUCH_VLM="fake", **batches) as process:
        send(storage, *begun)
        eventually(lambda: all(is_running(redis, each) for each in begun))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert all(interpreted(redis, place.blobs, each) for each in begun)


async def test_what_a_worker_cannot_finish_in_time_it_gives_back_at_once(
    storage: StorageSettings,
    place: Workplace,
    perceived: list[Ticket],
    redis: Redis,
    tmp_path: Path,
) -> None:
    """Three of a batch wait for a fourth that never comes; another worker takes them over."""
    batches = {"VOUCH_VISION__BATCH": "4", "VOUCH_VISION__GATHER_SECONDS": "3600"}
    begun, log = perceived[:3], tmp_path / "log"
    with worker(
        "vlm", storage, log, VOUCH_VLM="fake", VOUCH_FINISH_LEG_SECONDS="3", **batches
    ) as process:
        send(storage, *begun)
        eventually(lambda: all(is_running(redis, each) for each in begun))
        process.send_signal(signal.SIGTERM)
        eventually(lambda: len(said(log, "leg_given_back")) == 3)
    with worker("vlm", storage, tmp_path / "other", VOUCH_VLM="fake"):
        eventually(lambda: all(interpreted(redis, place.blobs, each) for each in begun))
    for ticket in begun:
        job = seen(redis, ticket.job_id)
        assert (job.attempt, job.failures) == (2, 0)


def is_running(redis: Redis, ticket: Ticket) -> bool:
    return seen(redis, ticket.job_id).stage in {"route", "extract"}


async def test_messages_that_nobody_can_read_harm_no_worker(
    storage: StorageSettings, perceived: list[Ticket], redis: Redis, tmp_path: Path
) -> None:
    log, last = tmp_path / "log", perceived[-1]
    send(storage, perceived[0])
    (message,) = (str(each) for each in redis.lrange("vlm\x06\x161", 0, -1))
    odd = [
        message.replace("vouch.interpret", "vouch.unheard-of"),
        message.replace("application/json", "application/x-python-serialize"),
        message.replace('"body": "', '"body": "!'),
    ]
    redis.lpush("vlm", *odd)
    with worker("vlm", storage, log, VOUCH_VLM="fake"):
        send(storage, last)
        eventually(lambda: seen(redis, last.job_id).leg == "conclude")
        eventually(lambda: seen(redis, perceived[0].job_id).leg == "conclude")


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
    with worker("vlm", storage, log, **{setting: value}) as process:
        assert process.wait(PATIENCE) == CANNOT_START
    (told,) = said(log, "cannot_start")
    assert told["code"] == code
    assert redis.zcard(live_key("vlm")) == 0
