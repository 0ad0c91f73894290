"""Which of a tenant's jobs look alike: kept beside the record, for the tenant alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from tests.storage.made import BROKEN, another, done
from vouch.schemas.errors import JobNotFound, NotComparable, RecordNotReady
from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import embedding_key, record_key
from vouch.storage.likeness import Likeness, most_alike, packed, ranked

MODEL, OTHER_MODEL = "a" * 64, "b" * 64
NUMBERS = st.lists(st.integers(-5, 5), min_size=3, max_size=3).filter(any)


def towards(degrees: float, model: str = MODEL) -> str:
    return packed(model, (math.cos(math.radians(degrees)), math.sin(math.radians(degrees))))


async def test_the_most_alike_come_first(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, job, record, towards(0))
    far, near, opposite = (another(job) for _ in range(3))
    for other, degrees in ((far, 60), (near, 10), (opposite, 180)):
        await done(jobs, attempts, other, record, towards(degrees))
    found, compared = await most_alike(jobs.redis, "local", job.id, 2)
    assert compared == 3
    assert found == (Likeness(near.id, 0.985), Likeness(far.id, 0.5))


async def test_only_what_can_be_compared_is(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, job, record, towards(0))
    await done(jobs, attempts, another(job), record, towards(0, OTHER_MODEL))
    await done(jobs, attempts, another(job), record)
    await jobs.submit(another(job))
    await done(jobs, attempts, another(job, tenant="other"), record, towards(0))
    assert await most_alike(jobs.redis, "local", job.id, 10) == ((), 0)


async def test_another_tenants_job_is_not_there(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, job, record, towards(0))
    with pytest.raises(JobNotFound):
        await most_alike(jobs.redis, "other", job.id, 10)


async def test_without_a_picture_model_there_is_nothing_to_compare_by(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, job, record)
    with pytest.raises(NotComparable):
        await most_alike(jobs.redis, "local", job.id, 10)


async def test_a_job_that_is_not_done_cannot_be_compared_yet(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    with pytest.raises(RecordNotReady):
        await most_alike(jobs.redis, "local", job.id, 10)
    attempts.claim(job.id, 1, "depict")
    attempts.fail(job.id, 1, BROKEN)
    with pytest.raises(RecordNotReady):
        await most_alike(jobs.redis, "local", job.id, 10)


async def test_it_lives_as_long_as_the_record_and_goes_with_the_job(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await done(jobs, attempts, job, record, towards(0))
    assert redis.ttl(embedding_key(job.id)) == pytest.approx(redis.ttl(record_key(job.id)), abs=1)
    await jobs.delete(job.id, "local")
    assert not redis.exists(embedding_key(job.id))


@given(NUMBERS, st.lists(NUMBERS, max_size=4))
def test_a_picture_is_most_like_itself(wanted: list[int], others: list[list[int]]) -> None:
    own = packed(MODEL, wanted)
    found = ranked(own, [("own", own), *(("other", packed(MODEL, other)) for other in others)])
    assert found[0].similarity == pytest.approx(1.0, abs=0.002)
    assert all(-1 <= one.similarity <= 1 for one in found)
    assert list(found) == sorted(found, key=lambda one: -one.similarity)
