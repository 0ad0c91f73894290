"""Who works on a leg, for how long, and what becomes of it when nobody does."""

import asyncio

import pytest
from redis import Redis

from tests.storage.made import BROKEN, done
from vouch.schemas.errors import (
    NotReplayable,
    StaleAttempt,
)
from vouch.schemas.job import Job, Ticket
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import job_key
from vouch.storage.settings import StorageSettings


async def test_each_leg_is_claimed_once_and_in_order(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    with pytest.raises(StaleAttempt):
        attempts.claim(job.id, 1, "perceive")
    attempts.claim(job.id, 1, "depict")
    with pytest.raises(StaleAttempt):
        attempts.claim(job.id, 1, "depict")
    tickets = attempts.hand_over(job.id, 1, "depict", "somewhere", 0.1)
    assert tickets == (Ticket(leg="perceive", job_id=job.id, attempt=1),)
    assert attempts.hand_over(job.id, 1, "depict", "somewhere", 0.1) == tickets
    with pytest.raises(StaleAttempt):
        attempts.hand_over(job.id, 1, "depict", "elsewhere", 0.1)


async def test_an_old_attempt_is_refused_and_changes_nothing(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    attempts.claim(job.id, 1, "depict")
    attempts.give_back(job.id, 1, BROKEN)
    before = await jobs.get(job.id, "local")
    writes = (
        lambda: attempts.claim(job.id, 1, "depict"),
        lambda: attempts.beat(job.id, 1),
        lambda: attempts.enter(job.id, 1, "read"),
        lambda: attempts.pages_read(job.id, 1, 1, 2),
        lambda: attempts.hand_over(job.id, 1, "depict", "somewhere", 1),
        lambda: attempts.succeed(job.id, 1, record, 1),
        lambda: attempts.fail(job.id, 1, BROKEN),
        lambda: attempts.give_back(job.id, 1, BROKEN),
    )
    for write in writes:
        with pytest.raises(StaleAttempt):
            write()
    assert await jobs.get(job.id, "local") == before
    assert before.attempt == 2


async def test_what_is_said_twice_at_the_end_counts_once(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await done(jobs, attempts, job, record)
    attempts.succeed(job.id, 1, record, 0.5, {"mine": 1})
    with pytest.raises(StaleAttempt):
        attempts.fail(job.id, 1, BROKEN)
    assert redis.hget(job_key(job.id), "records") == "1"
    tally = await jobs.tally()
    assert tally['vouch_jobs_finished_total{status="succeeded"}'] == 1
    assert "mine" not in tally


async def test_a_lease_that_runs_out_makes_another_attempt(
    jobs: JobStore, storage: StorageSettings, job: Job
) -> None:
    brief = storage.model_copy(update={"lease_seconds": 0.05})
    await jobs.submit(job)
    with AttemptStore.at(brief) as attempts:
        attempts.claim(job.id, 1, "depict")
        assert await reaped(attempts, 1) == (Ticket(leg="depict", job_id=job.id, attempt=2),)
        with pytest.raises(StaleAttempt):
            attempts.beat(job.id, 1)
        attempts.claim(job.id, 2, "depict")
        assert (await jobs.get(job.id, "local")).failures == 1


async def test_a_lease_that_is_renewed_does_not_run_out(
    jobs: JobStore, storage: StorageSettings, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    with AttemptStore.at(storage) as attempts:
        attempts.claim(job.id, 1, "depict")
        member = f"{job.id}:local"
        redis.zadd("vouch:flight", {member: 1})
        attempts.beat(job.id, 1)
        assert attempts.reap() == (0, ())
        assert (redis.zscore("vouch:flight", member) or 0) > 1


async def test_after_an_outage_workers_have_a_leases_time_to_report(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    attempts.reap()
    attempts.claim(job.id, 1, "depict")
    redis.zadd("vouch:flight", {f"{job.id}:local": 1})
    redis.set("vouch:reaped", 1)  # the last time that anybody could look
    assert attempts.reap() == (0, ())
    redis.delete("vouch:grace")
    assert attempts.reap()[0] == 1


async def test_a_job_that_kills_its_workers_is_quarantined(
    jobs: JobStore, storage: StorageSettings, job: Job
) -> None:
    brief = storage.model_copy(update={"lease_seconds": 0.01, "most_failures": 2})
    await jobs.submit(job)
    with AttemptStore.at(brief) as attempts:
        attempts.claim(job.id, 1, "depict")
        await reaped(attempts, 1)
        attempts.claim(job.id, 2, "depict")
        assert await reaped(attempts, 1) == ()
    seen = await jobs.get(job.id, "local")
    assert seen.status == "quarantined"
    assert seen.error is not None
    assert seen.error.code == "attempts_exhausted"


async def test_a_quarantined_job_is_replayed_from_the_leg_that_failed(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    with pytest.raises(NotReplayable):
        await jobs.replay(job.id, "local")
    attempts.claim(job.id, 1, "depict")
    attempts.hand_over(job.id, 1, "depict", "somewhere", 1)
    attempts.claim(job.id, 1, "perceive")
    attempts.fail(job.id, 1, BROKEN)
    tickets = await jobs.replay(job.id, "local")
    assert tickets == (Ticket(leg="perceive", job_id=job.id, attempt=2),)
    seen = await jobs.get(job.id, "local")
    assert (seen.status, seen.error, seen.failures) == ("queued", None, 0)
    assert seen.hand_overs == {"depict": "somewhere"}


async def test_replays_are_no_way_around_the_terms_of_a_tenant(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    for attempt in range(1, 12):
        attempts.claim(job.id, attempt, "depict")
        attempts.fail(job.id, attempt, BROKEN)
        if attempt <= 10:
            await jobs.replay(job.id, "local")
    with pytest.raises(NotReplayable):
        await jobs.replay(job.id, "local")


async def test_what_was_given_back_with_a_delay_is_published_later(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    attempts.claim(job.id, 1, "depict")
    assert attempts.give_back(job.id, 1, BROKEN, delay_seconds=60) == ()
    assert attempts.reap() == (0, ())
    assert redis.zcard("vouch:flight") == 0  # its place is another's meanwhile
    redis.zadd("vouch:resting", {f"{job.id}:local": 1})
    assert attempts.reap() == (0, (Ticket(leg="depict", job_id=job.id, attempt=2),))


async def test_a_message_that_nobody_took_up_is_sent_again(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    (ticket,) = (await jobs.submit(job)).tickets
    assert attempts.reap() == (0, ())
    redis.zadd("vouch:flight", {f"{job.id}:local": 1})
    assert attempts.reap() == (0, (ticket,))
    assert attempts.reap() == (0, ())


async def reaped(attempts: AttemptStore, leases: int) -> tuple[Ticket, ...]:
    """Reap until so many leases have run out; the tickets of that time."""
    async with asyncio.timeout(5):
        while True:
            ran_out, tickets = await asyncio.to_thread(attempts.reap)
            if ran_out == leases:
                return tickets
