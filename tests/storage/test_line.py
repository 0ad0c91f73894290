"""Which job is next, and which is not taken in."""

import asyncio

import pytest
from redis import Redis

from tests.storage.made import BROKEN, another, done
from vouch.schemas.errors import (
    IdempotencyConflict,
    InvalidRequest,
    QueueTooLong,
    QuotaSpent,
    RateLimited,
)
from vouch.schemas.job import Job, JobView
from vouch.schemas.record import Record
from vouch.schemas.tenant import Terms
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import idempotency_key, job_key, new_job_id
from vouch.storage.settings import StorageSettings


async def test_only_so_many_jobs_are_in_flight(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    submitted = [await jobs.submit(another(job)) for _ in range(12)]
    assert [len(each.tickets) for each in submitted] == [1] * 8 + [0] * 4
    first = submitted[0].job_id
    attempts.claim(first, 1, "depict")
    (ticket,) = attempts.fail(first, 1, BROKEN)
    assert ticket.job_id == submitted[8].job_id


async def test_priority_goes_first_within_a_tenant(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    flying = [await jobs.submit(another(job)) for _ in range(8)]
    await jobs.submit(another(job, priority="low"))
    await jobs.submit(another(job))
    urgent = await jobs.submit(another(job, priority="high"))
    (ticket,) = await jobs.cancel(flying[0].job_id, "local")
    assert (ticket.job_id, ticket.rank) == (urgent.job_id, 0)


async def test_tenants_take_turns_by_weight(
    jobs: JobStore, attempts: AttemptStore, job: Job, redis: Redis
) -> None:
    redis.hset("vouch:tenant:b", mapping={"weight": "2"})
    for _ in range(20):
        await jobs.submit(another(job, tenant="a"))
    for _ in range(20):
        await jobs.submit(another(job, tenant="b"))
    served: list[str] = []
    for _ in range(12):
        member = str(redis.zrange("vouch:flight", 0, 0)[0])
        job_id, _, tenant = member.partition(":")
        admitted = await jobs.cancel(job_id, tenant)
        served += [owner(redis, ticket.job_id) for ticket in admitted]
    assert served.count("b") == 8


async def test_a_tenant_has_no_more_jobs_in_flight_than_it_may(
    jobs: JobStore, job: Job, redis: Redis
) -> None:
    redis.hset("vouch:tenant:a", mapping={"running": "1"})
    first = await jobs.submit(another(job, tenant="a"))
    second = await jobs.submit(another(job, tenant="a"))
    other = await jobs.submit(another(job, tenant="b"))
    assert (len(first.tickets), len(second.tickets), len(other.tickets)) == (1, 0, 1)
    (ticket,) = await jobs.cancel(first.job_id, "a")
    assert ticket.job_id == second.job_id


async def test_a_queued_job_knows_its_place_and_its_time(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, another(job), record)
    for _ in range(8):
        await jobs.submit(another(job))
    views = []
    for _ in range(3):
        waiting = await jobs.submit(another(job))
        views.append(JobView.model_validate_json(await jobs.view(waiting.job_id, "local")))
    assert [view.position for view in views] == [0, 1, 2]
    etas = [view.eta_seconds or 0 for view in views]
    assert etas == sorted(etas)
    assert etas[0] >= 2.0  # four legs of half a second


async def test_the_same_idempotency_key_gives_the_same_job(jobs: JobStore, job: Job) -> None:
    key = idempotency_key("local", "order-1")
    first = await jobs.submit(another(job, idempotency_key=key), body_digest="d1")
    again = await jobs.submit(another(job, idempotency_key=key), body_digest="d1")
    assert (again.job_id, again.is_new) == (first.job_id, False)
    with pytest.raises(IdempotencyConflict):
        await jobs.submit(another(job, idempotency_key=key), body_digest="d2")
    await jobs.delete(first.job_id, "local")
    assert (await jobs.submit(another(job, idempotency_key=key), body_digest="d2")).is_new


async def test_many_at_once_with_one_key_make_one_job(jobs: JobStore, job: Job) -> None:
    key = idempotency_key("local", "order-1")
    made = await asyncio.gather(
        *(jobs.submit(another(job, idempotency_key=key), body_digest="d") for _ in range(20))
    )
    assert len({each.job_id for each in made}) == 1
    assert sum(each.is_new for each in made) == 1


async def test_terms_are_kept(jobs: JobStore, job: Job) -> None:
    for terms, refusal in (
        (Terms(submits_per_minute=1), RateLimited),
        (Terms(submits_per_day=1), QuotaSpent),
    ):
        tenant = f"t{refusal.code.replace('_', '-')}"
        await jobs.submit(another(job, tenant=tenant), terms)
        with pytest.raises(refusal) as refused:
            await jobs.submit(another(job, tenant=tenant), terms)
        assert refused.value.retry_after is not None
        assert refused.value.retry_after > 0


async def test_a_line_has_an_end(jobs: JobStore, job: Job) -> None:
    for _ in range(9):
        await jobs.submit(another(job))
    with pytest.raises(QuotaSpent):
        await jobs.submit(another(job), Terms(waiting=1))


async def test_what_would_take_too_long_is_refused(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, storage: StorageSettings
) -> None:
    await done(jobs, attempts, another(job), record)
    for _ in range(9):
        await jobs.submit(another(job))
    async with JobStore.at(storage.model_copy(update={"promise_seconds": 1.0})) as promising:
        with pytest.raises(QueueTooLong):
            await promising.submit(another(job))


async def test_a_retry_names_its_job_and_is_named_by_it(jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    with pytest.raises(InvalidRequest):
        await jobs.submit(another(job, retry_of=new_job_id()))
    better = await jobs.submit(another(job, retry_of=job.id))
    assert (await jobs.get(job.id, "local")).retried_by == better.job_id
    assert (await jobs.get(better.job_id, "local")).retry_of == job.id


def owner(redis: Redis, job_id: str) -> str:
    return str(redis.hget(job_key(job_id), "tenant"))
