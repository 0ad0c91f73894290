"""Leases that are renewed, run out and are judged fairly: the real stores, one step at a time."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from tests.eventually import eventually
from tests.workers.tasks.processes import seen, submit
from vouch.schemas.errors import JobNotFound, StaleAttempt, StoreUnavailable
from vouch.schemas.job import Job, Ticket
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id, page_key
from vouch.storage.settings import StorageSettings
from vouch.workers.tasks.drain import Drain
from vouch.workers.tasks.heartbeat import Heartbeat, Hold
from vouch.workers.tasks.insisting import insist
from vouch.workers.tasks.reaper import Sweeper, reap

NOWHERE = StorageSettings(redis_url="unix:///nonexistent/redis.sock")
LEASE = 0.5


@pytest.fixture
def quick(storage: StorageSettings) -> Iterator[AttemptStore]:
    """A store whose leases are short."""
    with AttemptStore.at(storage.model_copy(update={"lease_seconds": LEASE})) as store:
        yield store


@pytest.fixture
async def ticket(jobs: JobStore, blobs: BlobStore, job: Job) -> Ticket:
    return await submit(jobs, blobs, job)


def reaped(store: AttemptStore) -> list[Ticket]:
    tickets: list[Ticket] = []
    reap(store, tickets.extend)
    return tickets


def wait_out(redis: Redis, seconds: float) -> None:
    """Until Redis's own clock has gone on."""
    begun, micros = redis.time()
    until = begun + micros / 1e6 + seconds

    def is_over() -> bool:
        now, micros = redis.time()
        return bool(now + micros / 1e6 > until)

    eventually(is_over)


def test_a_leg_whose_lease_is_renewed_is_left_alone(
    quick: AttemptStore, ticket: Ticket, redis: Redis
) -> None:
    heartbeat = Heartbeat(quick)
    with heartbeat.holding(quick.claim(ticket.job_id, 1, "depict")) as hold:
        reaped(quick)
        for _ in range(8):
            wait_out(redis, LEASE / 4)
            heartbeat.beat()
            assert reaped(quick) == []
    assert hold.lost_by is None
    assert heartbeat.holds == ()


def test_a_leg_whose_worker_is_gone_is_due_again(
    quick: AttemptStore, ticket: Ticket, redis: Redis
) -> None:
    hold = Hold(quick.claim(ticket.job_id, 1, "depict"))
    tickets: list[Ticket] = []

    def is_due() -> bool:
        tickets.extend(reaped(quick))
        return bool(tickets)

    assert not is_due()
    eventually(is_due)
    assert tickets == [ticket.model_copy(update={"attempt": 2})]
    job = seen(redis, ticket.job_id)
    assert (job.attempt, job.failures) == (2, 1)
    with pytest.raises(StaleAttempt):
        quick.enter(hold.job.id, 1, "ingest")


def test_after_an_outage_the_living_have_time_to_report(
    quick: AttemptStore, ticket: Ticket, redis: Redis
) -> None:
    """Nobody could renew a lease or judge one for longer than a lease lasts."""
    heartbeat = Heartbeat(quick)
    with heartbeat.holding(quick.claim(ticket.job_id, 1, "depict")) as hold:
        reaped(quick)
        wait_out(redis, 3 * LEASE)
        assert reaped(quick) == []
        heartbeat.beat()
        assert hold.lost_by is None
        assert reaped(quick) == []
    assert seen(redis, ticket.job_id).attempt == 1


async def test_a_beat_tells_why_a_leg_is_lost(
    quick: AttemptStore, ticket: Ticket, jobs: JobStore, blobs: BlobStore, job: Job
) -> None:
    heartbeat, other = Heartbeat(quick), await submit(jobs, blobs, job)
    with (
        heartbeat.holding(quick.claim(ticket.job_id, 1, "depict")) as cancelled,
        heartbeat.holding(quick.claim(other.job_id, 1, "depict")) as deleted,
    ):
        await jobs.cancel(ticket.job_id, "local")
        await jobs.delete(other.job_id, "local")
        heartbeat.beat()
        heartbeat.beat()
    assert isinstance(cancelled.lost_by, StaleAttempt)
    assert isinstance(deleted.lost_by, JobNotFound)


def test_without_redis_legs_go_on(job: Job) -> None:
    with AttemptStore.at(NOWHERE) as nobody:
        heartbeat = Heartbeat(nobody)
        with heartbeat.holding(job) as hold:
            with pytest.raises(StoreUnavailable):
                heartbeat.beat()
            hold.tell(lambda: nobody.enter(job.id, 1, "ingest"))
            assert not hold.reaches_store
            hold.tell(lambda: pytest.fail("it is known that nobody listens"))
    assert hold.lost_by is None


def test_the_final_write_is_tried_until_redis_is_back() -> None:
    said = iter([StoreUnavailable("away"), StoreUnavailable("away")])

    def write() -> str:
        for error in said:
            raise error
        return "written"

    assert insist(write) == "written"


def test_the_final_write_is_not_tried_for_ever() -> None:
    def write() -> str:
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        insist(write, seconds=0)


def test_a_drain_gives_back_what_is_not_done_in_time(
    attempts: AttemptStore, ticket: Ticket, redis: Redis
) -> None:
    heartbeat, told = Heartbeat(attempts), threading.Event()
    published: list[Ticket] = []

    def publish(tickets: tuple[Ticket, ...]) -> None:
        published.extend(tickets)
        told.set()

    drain = Drain(attempts, heartbeat, publish, seconds=0.05)
    with heartbeat.holding(attempts.claim(ticket.job_id, 1, "depict")) as hold:
        assert hold.lost_by is None
        drain.begin()
        assert told.wait(30)
        assert isinstance(hold.lost_by, StaleAttempt)
    assert published == [ticket.model_copy(update={"attempt": 2})]
    assert seen(redis, ticket.job_id).failures == 0


def test_blobs_go_when_their_jobs_time_is_over(
    attempts: AttemptStore, ticket: Ticket, blobs: BlobStore, redis: Redis
) -> None:
    sweeper = Sweeper(attempts, blobs)
    upload = seen(redis, ticket.job_id).upload
    sweeper.purge_expired()
    assert blobs.get(upload)
    redis.delete(f"vouch:job:{ticket.job_id}")
    redis.zadd("vouch:expiry", {f"{ticket.job_id}:local": 1})
    sweeper.tick()
    assert blobs.get(upload) is None
    assert attempts.expired() == ()


def test_blobs_of_a_job_that_never_was_are_swept(
    attempts: AttemptStore, ticket: Ticket, blobs: BlobStore, redis: Redis
) -> None:
    lost = new_job_id()
    blobs.put(page_key(lost, 1), b"of a submit that died")
    sweeper = Sweeper(attempts, blobs)
    sweeper.sweep(datetime.now(UTC) - timedelta(hours=1))
    assert blobs.get(page_key(lost, 1))
    sweeper.sweep(datetime.now(UTC) + timedelta(hours=1))
    assert blobs.get(page_key(lost, 1)) is None
    assert blobs.get(seen(redis, ticket.job_id).upload)


def test_a_blob_store_that_is_away_loses_nothing(
    attempts: AttemptStore, ticket: Ticket, storage: StorageSettings, redis: Redis, tmp_path: Path
) -> None:
    """What could not be purged is purged at another tick."""
    away = storage.model_copy(update={"blobs": "s3://nowhere/at-all"})
    redis.delete(f"vouch:job:{ticket.job_id}")
    redis.zadd("vouch:expiry", {f"{ticket.job_id}:local": 1})
    with pytest.raises(StoreUnavailable):
        Sweeper(attempts, BlobStore.at(away)).tick()
    assert attempts.expired() == (f"{ticket.job_id}:local",)
