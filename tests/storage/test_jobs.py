import asyncio
from datetime import datetime

import pytest
from redis import Redis

from vouch.schemas.errors import JobNotFound, RecordNotReady, StaleAttempt, StoreUnavailable
from vouch.schemas.job import Job, JobError
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import CHANGES, job_key, new_job_id
from vouch.storage.rows import from_row, to_row
from vouch.storage.settings import StorageSettings


async def finish_soon(attempts: AttemptStore, job: Job, record: Record) -> None:
    """Finish a job from another thread, as a worker would."""
    await asyncio.to_thread(attempts.succeed, job.id, job.attempt, record)


def test_a_row_gives_the_job_back(job: Job) -> None:
    full = job.model_copy(
        update={
            "stage": "read",
            "progress": 0.25,
            "attempt": 3,
            "error": JobError(code="empty_upload", detail="“nothing”"),
            "hand_overs": {"depict": "jobs/a/depict/b"},
        }
    )
    for seen in (job, full):
        assert from_row(to_row(seen)) == seen


async def test_a_created_job_can_be_read_by_both_sides(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.create(job)
    assert await jobs.get(job.id) == job == attempts.take(job.id, 1)


async def test_an_unknown_id_is_not_found(jobs: JobStore, attempts: AttemptStore) -> None:
    unknown = new_job_id()
    for ask in (jobs.get(unknown), jobs.record(unknown), jobs.delete(unknown), jobs.wait("x", 1)):
        with pytest.raises(JobNotFound):
            await ask
    with pytest.raises(JobNotFound):
        attempts.take(unknown, 1)
    with pytest.raises(JobNotFound):
        attempts.enter(unknown, 1, "read")


async def test_a_stage_shows_in_the_job(jobs: JobStore, attempts: AttemptStore, job: Job) -> None:
    await jobs.create(job)
    attempts.enter(job.id, 1, "read")
    seen = await jobs.get(job.id)
    assert (seen.status, seen.stage) == ("running", "read")
    assert 0 < seen.progress < 1
    assert seen.updated_at >= job.updated_at


async def test_an_old_attempt_is_refused_and_changes_nothing(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.create(job.model_copy(update={"attempt": 2}))
    before = await jobs.get(job.id)
    writes = (
        lambda: attempts.take(job.id, 1),
        lambda: attempts.enter(job.id, 1, "read"),
        lambda: attempts.hand_over(job.id, 1, "depict", "somewhere"),
        lambda: attempts.succeed(job.id, 1, record),
        lambda: attempts.fail(job.id, 1, JobError(code="x", detail="y")),
    )
    for write in writes:
        with pytest.raises(StaleAttempt):
            write()
    assert await jobs.get(job.id) == before
    with pytest.raises(RecordNotReady):
        await jobs.record(job.id)


async def test_a_finished_job_is_finished_once(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.create(job)
    attempts.succeed(job.id, 1, record)
    with pytest.raises(StaleAttempt):
        attempts.fail(job.id, 1, JobError(code="x", detail="y"))
    with pytest.raises(StaleAttempt):
        attempts.take(job.id, 1)
    seen = await jobs.get(job.id)
    assert (seen.status, seen.progress, seen.error) == ("succeeded", 1.0, None)
    assert Record.model_validate_json(await jobs.record(job.id)) == record


async def test_a_failure_reaches_the_job(jobs: JobStore, attempts: AttemptStore, job: Job) -> None:
    await jobs.create(job)
    error = JobError(code="password_protected", detail="a password is needed")
    attempts.fail(job.id, 1, error)
    seen = await jobs.get(job.id)
    assert (seen.status, seen.error) == ("failed", error)
    with pytest.raises(RecordNotReady):
        await jobs.record(job.id)


async def test_a_hand_over_is_remembered(jobs: JobStore, attempts: AttemptStore, job: Job) -> None:
    await jobs.create(job)
    attempts.hand_over(job.id, 1, "depict", "jobs/a/depict/b")
    assert (await jobs.get(job.id)).hand_overs == {"depict": "jobs/a/depict/b"}


async def test_waiting_ends_when_the_job_does(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.create(job)
    waiters = [asyncio.create_task(jobs.wait(job.id, 30)) for _ in range(50)]
    await asyncio.to_thread(attempts.enter, job.id, 1, "read")
    await finish_soon(attempts, job, record)
    async with asyncio.timeout(10):
        seen = await asyncio.gather(*waiters)
    assert {each.status for each in seen} == {"succeeded"}


async def test_waiting_ends_when_the_time_is_over(jobs: JobStore, job: Job) -> None:
    await jobs.create(job)
    async with asyncio.timeout(10):
        assert (await jobs.wait(job.id, 0.05)).status == "queued"


async def test_waiting_survives_a_lost_subscription(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await jobs.create(job)
    waiter = asyncio.create_task(jobs.wait(job.id, 30))
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(redis.pubsub_numsub, CHANGES):
            pass
        await asyncio.to_thread(redis.client_kill_filter, _type="pubsub")
        await finish_soon(attempts, job, record)
        assert (await waiter).status == "succeeded"


async def test_waiting_for_a_deleted_job_ends(jobs: JobStore, job: Job) -> None:
    await jobs.create(job)
    waiter = asyncio.create_task(jobs.wait(job.id, 30))
    await asyncio.sleep(0)  # let it begin
    await jobs.delete(job.id)
    async with asyncio.timeout(10):
        with pytest.raises(JobNotFound):
            await waiter


async def test_every_key_has_a_time_to_live(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await jobs.create(job)
    assert redis.ttl(job_key(job.id)) > 0
    attempts.announce("cpu", 10)
    attempts.succeed(job.id, 1, record)
    assert all(redis.ttl(key) > 0 for key in redis.scan_iter())
    assert len(list(redis.scan_iter())) == 3


async def test_a_deleted_job_leaves_nothing(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await jobs.create(job)
    attempts.succeed(job.id, 1, record)
    await jobs.delete(job.id)
    assert list(redis.scan_iter()) == []


async def test_a_queue_is_served_while_a_worker_says_so(
    jobs: JobStore, attempts: AttemptStore
) -> None:
    assert await jobs.queues_without_worker(("cpu", "ocr")) == ("cpu", "ocr")
    attempts.announce("ocr", 10)
    assert await jobs.queues_without_worker(("cpu", "ocr")) == ("cpu",)


async def test_without_redis_the_store_is_unavailable(job: Job) -> None:
    nowhere = StorageSettings(redis_url="unix:///nonexistent/redis.sock")
    async with JobStore.at(nowhere) as jobs:
        for ask in (jobs.get(job.id), jobs.create(job), jobs.queues_without_worker(("cpu",))):
            with pytest.raises(StoreUnavailable):
                await ask
    with AttemptStore.at(nowhere) as attempts, pytest.raises(StoreUnavailable):
        attempts.enter(job.id, 1, "read")


async def test_times_carry_their_zone(jobs: JobStore, attempts: AttemptStore, job: Job) -> None:
    await jobs.create(job)
    attempts.enter(job.id, 1, "read")
    seen = await jobs.get(job.id)
    assert isinstance(seen.updated_at, datetime)
    assert seen.updated_at.tzinfo is not None
