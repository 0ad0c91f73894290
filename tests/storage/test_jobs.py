"""A job from submit to the end, seen from both sides."""

import asyncio
from datetime import datetime

import pytest
from redis import Redis

from tests.storage.made import BROKEN, another, done
from vouch.schemas.errors import (
    JobFinished,
    JobNotFound,
    RecordNotReady,
    StaleAttempt,
    StoreUnavailable,
)
from vouch.schemas.job import LEGS, Job, JobError, JobView, Ticket
from vouch.schemas.record import Record
from vouch.schemas.tenant import Terms
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore, Submitted
from vouch.storage.keys import idempotency_key, job_key, new_job_id
from vouch.storage.rows import from_row, to_row
from vouch.storage.settings import StorageSettings


async def test_a_row_gives_the_job_back(job: Job) -> None:
    full = job.model_copy(
        update={
            "stage": "read",
            "progress": 0.25,
            "attempt": 3,
            "pages": 4,
            "callback_url": "https://example.org/hook",
            "batch": new_job_id(),
            "error": JobError(code="empty_upload", detail="“nothing”"),
            "hand_overs": {"depict": "jobs/a/depict/b"},
            "options": job.options.model_copy(update={"json_schema": {"type": "object"}}),
        }
    )
    for seen in (job, full):
        stamped = {"tenant": seen.tenant, "updated": str(int(seen.updated_at.timestamp() * 1000))}
        if seen.error:
            stamped["error"] = seen.error.model_dump_json()
        wish, row = to_row(seen)
        back = from_row(wish, row | stamped)
        assert back.model_copy(update={"updated_at": seen.updated_at}) == seen


async def test_a_submitted_job_is_seen_by_both_sides(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    submitted = await jobs.submit(job)
    ticket = Ticket(leg="depict", job_id=job.id, attempt=1)
    assert submitted == Submitted(job.id, is_new=True, tickets=(ticket,))
    seen = await jobs.get(job.id, "local")
    assert seen == job.model_copy(update={"updated_at": seen.updated_at})
    assert attempts.claim(job.id, 1, "depict").options == job.options


async def test_a_submit_that_is_said_twice_changes_nothing(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    attempts.claim(job.id, 1, "depict")
    before = await jobs.get(job.id, "local")
    await jobs.submit(job)
    assert await jobs.get(job.id, "local") == before


async def test_an_unknown_id_is_not_found(jobs: JobStore, attempts: AttemptStore) -> None:
    unknown = new_job_id()
    for ask in (jobs.get, jobs.view, jobs.record, jobs.cancel, jobs.replay, jobs.delete):
        for job_id in (unknown, "x"):
            with pytest.raises(JobNotFound):
                await ask(job_id, "local")
    with pytest.raises(JobNotFound):
        await jobs.wait(unknown, "local", 1)
    with pytest.raises(JobNotFound):
        attempts.claim(unknown, 1, "depict")


async def test_another_tenants_job_is_not_found(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await done(jobs, attempts, job, record)
    for ask in (jobs.get, jobs.view, jobs.record, jobs.cancel, jobs.replay, jobs.delete):
        with pytest.raises(JobNotFound):
            await ask(job.id, "stranger")
    assert (await jobs.get(job.id, "local")).status == "succeeded"


async def test_the_view_of_a_job_is_a_job_view(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    queued = JobView.model_validate_json(await jobs.view(job.id, "local"))
    assert (queued.id, queued.status, queued.filename) == (job.id, "queued", job.filename)
    assert queued.options == job.options
    attempts.claim(job.id, 1, "depict")
    attempts.enter(job.id, 1, "assess")
    running = JobView.model_validate_json(await jobs.view(job.id, "local"))
    assert (running.status, running.stage) == ("running", "assess")
    attempts.fail(job.id, 1, BROKEN)
    failed = JobView.model_validate_json(await jobs.view(job.id, "local"))
    assert (failed.status, failed.error, failed.eta_seconds) == ("failed", BROKEN, None)
    other = another(job)
    await done(jobs, attempts, other, record)
    assert JobView.model_validate_json(await jobs.view(other.id, "local")).record == record


async def test_a_record_is_there_when_the_job_succeeded(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    with pytest.raises(RecordNotReady):
        await jobs.record(job.id, "local")
    other = another(job)
    await done(jobs, attempts, other, record)
    assert Record.model_validate_json(await jobs.record(other.id, "local")) == record


@pytest.mark.parametrize("begun", ["queued", "running"])
async def test_a_cancelled_job_is_over(
    begun: str, jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    if begun == "running":
        attempts.claim(job.id, 1, "depict")
    await jobs.cancel(job.id, "local")
    assert (await jobs.get(job.id, "local")).status == "cancelled"
    with pytest.raises(StaleAttempt):
        attempts.beat(job.id, 1)
    with pytest.raises(JobFinished):
        await jobs.cancel(job.id, "local")


async def test_a_deleted_job_leaves_nothing_but_the_sweep_of_its_blobs(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    await done(jobs, attempts, job, record)
    await jobs.delete(job.id, "local")
    assert not [key for key in redis.scan_iter() if job.id in str(key)]
    assert attempts.expired() == ()
    redis.zadd("vouch:expiry", {f"{job.id}:local": 1})
    assert attempts.expired() == (f"{job.id}:local",)
    attempts.forget(attempts.expired())
    assert attempts.expired() == ()


async def test_who_waits_hears_of_the_end(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    waiting = asyncio.create_task(jobs.wait(job.id, "local", 30))
    for leg in LEGS[:-1]:
        await asyncio.to_thread(attempts.claim, job.id, 1, leg)
        await asyncio.to_thread(attempts.hand_over, job.id, 1, leg, "x", 0.1)
    assert not waiting.done()
    await asyncio.to_thread(attempts.claim, job.id, 1, "conclude")
    await asyncio.to_thread(attempts.succeed, job.id, 1, record, 0.1)
    async with asyncio.timeout(5):
        assert JobView.model_validate_json(await waiting).status == "succeeded"


async def test_waiting_ends_in_time(jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    view = JobView.model_validate_json(await jobs.wait(job.id, "local", 0.05))
    assert view.status == "queued"


async def test_workers_come_and_go(jobs: JobStore, attempts: AttemptStore) -> None:
    assert await jobs.queues_without_worker(["cpu", "ocr"]) == ("cpu", "ocr")
    attempts.announce("ocr", "ocr-1", 10, "digest")
    assert await jobs.queues_without_worker(["cpu", "ocr"]) == ("cpu",)
    assert await jobs.engines(["cpu", "ocr"]) == ("", "digest")
    attempts.announce("ocr", "ocr-1", 0)
    assert await jobs.queues_without_worker(["ocr"]) == ("ocr",)


async def test_everything_has_a_time_limit(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, redis: Redis
) -> None:
    key = idempotency_key("local", "order-1")
    full = another(job, idempotency_key=key, batch=new_job_id(), callback_url="https://x.example")
    terms = Terms(submits_per_minute=100, submits_per_day=100)
    await jobs.submit(full, terms, "d")
    await done(jobs, attempts, job, record)
    for _ in range(9):
        await jobs.submit(another(job))
    attempts.announce("cpu", "cpu-1", 10)
    attempts.reap()
    assert [name for name in redis.scan_iter() if redis.ttl(name) < 0] == []


async def test_a_redis_that_does_not_answer_is_an_error_of_ours(job: Job) -> None:
    nowhere = StorageSettings(redis_url="redis://127.0.0.1:1/0")
    async with JobStore.at(nowhere) as jobs:
        with pytest.raises(StoreUnavailable):
            await jobs.submit(job)
    with AttemptStore.at(nowhere) as attempts, pytest.raises(StoreUnavailable):
        attempts.claim(job.id, 1, "depict")


async def test_times_are_told_by_redis(jobs: JobStore, job: Job, redis: Redis) -> None:
    await jobs.submit(job)
    seconds, _ = redis.time()
    seen: datetime = (await jobs.get(job.id, "local")).updated_at
    assert abs(seen.timestamp() - seconds) < 5


async def test_a_short_retention_begins_with_the_end_of_the_job(
    jobs: JobStore, job: Job, redis: Redis
) -> None:
    await jobs.submit(another(job, retention_seconds=60), body_digest="d")
    assert min(redis.ttl(name) for name in redis.scan_iter("vouch:job:*")) > 86_400
    (job_id,) = redis.zrange("vouch:jobs:local", 0, -1)
    await jobs.cancel(str(job_id), "local")
    assert max(redis.ttl(name) for name in redis.scan_iter("vouch:job:*")) <= 60


async def test_a_job_can_be_deleted_while_redis_is_full(
    jobs: JobStore, job: Job, redis: Redis
) -> None:
    await jobs.submit(job)
    redis.config_set("maxmemory", "1mb")
    try:
        await jobs.delete(job.id, "local")
    finally:
        redis.config_set("maxmemory", "0")
    assert not redis.exists(job_key(job.id))
