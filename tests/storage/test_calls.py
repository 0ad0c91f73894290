"""Calls that are due, on a real Redis: leases, tokens, the log."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from redis import Redis

from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.schemas.webhook import Delivery
from vouch.storage.attempts import AttemptStore
from vouch.storage.calls import CALLS, CallStore, Claim, calls_key
from vouch.storage.jobs import JobStore
from vouch.storage.keys import job_key, new_job_id
from vouch.storage.settings import StorageSettings

MINUTE = 60.0


@pytest.fixture
async def calls(storage: StorageSettings) -> AsyncIterator[CallStore]:
    async with CallStore.at(storage) as store:
        yield store


@pytest.fixture
async def told(jobs: JobStore, job: Job, record: Record, attempts: AttemptStore) -> Job:
    """A job that has just succeeded and wants its receiver told."""
    wish = job.model_copy(update={"callback_url": "https://hooks.example/"})
    await jobs.submit(wish)
    attempts.succeed(job.id, 1, record, 0.1)
    return wish


def tried(status: int = 500, attempt: int = 1) -> Delivery:
    return Delivery(
        webhook_id="msg", attempt=attempt, at=datetime.now(UTC), seconds=0.1, status_code=status
    )


async def test_the_end_of_a_job_is_a_call_that_is_due(calls: CallStore, told: Job) -> None:
    (claim,) = await calls.claim(10, MINUTE)
    assert claim.job_id == told.id
    assert await calls.claim(10, MINUTE) == ()


async def test_who_wants_no_call_gets_none(calls: CallStore, jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    await jobs.cancel(job.id, job.tenant)
    assert await calls.claim(10, MINUTE) == ()


async def test_a_lease_that_is_over_makes_the_call_due_again(calls: CallStore, told: Job) -> None:
    (first,) = await calls.claim(10, 0)
    (second,) = await calls.claim(10, MINUTE)
    assert second.job_id == first.job_id


async def test_only_who_holds_a_call_decides_what_is_next(
    calls: CallStore, told: Job, redis: Redis
) -> None:
    redis.zadd(CALLS, {told.id: 1})
    (slow,) = await calls.claim(10, 0)
    (owner,) = await calls.claim(10, MINUTE)
    assert owner.token != slow.token
    assert await calls.renew(slow, MINUTE) is None
    await calls.settle(slow, tried(204))
    log = await calls.deliveries(told.id)
    assert len(log.deliveries) == 1, "what was tried is known"
    assert log.next_at is not None, "but the call is another's"
    renewed = await calls.renew(owner, 2 * MINUTE)
    assert renewed is not None
    await calls.settle(owner)
    assert redis.zcard(CALLS) == 1
    await calls.settle(renewed)
    assert redis.zcard(CALLS) == 0


async def test_a_job_that_ends_anew_while_its_first_end_is_told_is_due(
    calls: CallStore, told: Job, redis: Redis
) -> None:
    (claim,) = await calls.claim(10, MINUTE)
    redis.zadd(CALLS, {told.id: 1})
    await calls.settle(claim, tried(204))
    assert [again.job_id for again in await calls.claim(10, MINUTE)] == [told.id]


async def test_a_call_that_failed_is_due_later(calls: CallStore, told: Job) -> None:
    (claim,) = await calls.claim(10, MINUTE)
    await calls.settle(claim, tried(), again_in=100)
    log = await calls.deliveries(told.id)
    assert log.next_at is not None
    assert 90 < (log.next_at - datetime.now(UTC)).total_seconds() < 110
    assert await calls.claim(10, MINUTE) == ()
    assert await calls.last_delivery(told.id) == log.deliveries[-1]


async def test_the_log_lives_and_goes_with_the_job(
    calls: CallStore, told: Job, jobs: JobStore, redis: Redis
) -> None:
    (claim,) = await calls.claim(10, MINUTE)
    await calls.settle(claim, tried(), again_in=0)
    assert redis.ttl(job_key(told.id)) - 1 <= redis.ttl(calls_key(told.id)) <= 86_400
    assert redis.ttl(CALLS) > 0
    await jobs.delete(told.id, told.tenant)
    assert redis.zcard(CALLS) == 0
    await calls.settle(claim, tried())
    await calls.schedule(told.id)
    assert not redis.exists(calls_key(told.id), CALLS)


async def test_the_log_is_bounded_and_every_attempt_is_counted_once(
    calls: CallStore, told: Job, jobs: JobStore
) -> None:
    claim = Claim(told.id, "no token")
    for number in range(105):
        await calls.settle(claim, tried(attempt=number))
    log = await calls.deliveries(told.id)
    assert [entry.attempt for entry in log.deliveries] == list(range(5, 105))
    assert (await jobs.tally())['vouch_webhook_attempts_total{answer="5xx"}'] == 105


async def test_what_is_told_of_a_job(calls: CallStore, told: Job, jobs: JobStore) -> None:
    assert (await calls.job(told.id)) == await jobs.get(told.id, told.tenant)
    assert await calls.decision(told.id) == "review"
    unknown = new_job_id()
    assert await calls.job(unknown) is None
    assert await calls.decision(unknown) is None
    assert await calls.last_delivery(unknown) is None


async def test_the_longest_due_goes_first(calls: CallStore, redis: Redis) -> None:
    ids = [new_job_id() for _ in range(5)]
    redis.zadd(CALLS, {job_id: at for at, job_id in enumerate(reversed(ids))})
    claims = await calls.claim(3, MINUTE)
    assert [claim.job_id for claim in claims] == ids[:1:-1]
