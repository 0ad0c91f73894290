import time

import pytest
from redis import Redis

from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Job, Ticket
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.load import load_of
from vouch.storage.queues import QUEUES, open_queues, publish
from vouch.storage.settings import StorageSettings


async def submitted(jobs: JobStore, job: Job, **changes: object) -> tuple[str, tuple[Ticket, ...]]:
    made = job.model_copy(update={"id": new_job_id(), **changes})
    return made.id, (await jobs.submit(made)).tickets


async def test_an_empty_redis_is_idle(jobs: JobStore) -> None:
    seen = await load_of(jobs.redis, QUEUES)
    assert seen.queued == {"high": 0, "normal": 0, "low": 0}
    assert seen.workers == seen.messages == dict.fromkeys(QUEUES, 0)
    assert (seen.in_flight, seen.running, seen.calls, seen.unswept) == (0, 0, 0, 0)
    assert (seen.tenants, seen.reaped_seconds_ago) == ({}, None)
    assert seen.memory_used > 100_000


async def test_lines_are_counted_by_tenant_and_by_priority(jobs: JobStore, job: Job) -> None:
    for _ in range(8):  # as many as are in flight without any worker
        await submitted(jobs, job)
    for tenant, priority in (("a", "low"), ("a", "low"), ("a", "high"), ("b", "normal")):
        await submitted(jobs, job, tenant=tenant, priority=priority)
    seen = await load_of(jobs.redis, QUEUES)
    assert seen.tenants == {"a": 3, "b": 1}
    assert seen.queued == {"high": 1, "normal": 1, "low": 2}
    assert seen.in_flight == 8


async def test_the_oldest_is_found_behind_younger_ones_of_a_higher_priority(
    jobs: JobStore, job: Job
) -> None:
    for _ in range(8):
        await submitted(jobs, job)
    minute_ago = f"{int((time.time() - 60) * 1000):012x}{new_job_id()[12:]}"
    await jobs.submit(job.model_copy(update={"id": minute_ago, "priority": "low"}))
    await submitted(jobs, job, priority="high")
    seen = await load_of(jobs.redis, QUEUES)
    assert 60 <= seen.oldest_seconds["low"] < 65
    assert seen.oldest_seconds["high"] < 5
    assert seen.oldest_seconds["normal"] == 0


async def test_work_that_is_held_is_told_from_work_that_is_due(
    jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    first, _ = await submitted(jobs, job)
    await submitted(jobs, job)
    attempts.claim(first, 1, "depict")
    seen = await load_of(jobs.redis, QUEUES)
    assert (seen.in_flight, seen.running) == (2, 1)


async def test_messages_of_every_priority_are_counted(
    jobs: JobStore, job: Job, storage: StorageSettings
) -> None:
    queues = open_queues(storage)
    for priority in ("low", "normal", "high"):
        _, tickets = await submitted(jobs, job, priority=priority)
        publish(queues, *tickets)
    queues.close()
    seen = await load_of(jobs.redis, QUEUES)
    assert seen.messages == {"cpu": 3, "ocr": 0, "vlm": 0}


async def test_the_living_are_told_apart_from_those_who_were(
    jobs: JobStore, attempts: AttemptStore, redis: Redis
) -> None:
    attempts.announce("ocr", "ocr-1", 10)
    attempts.announce("ocr", "ocr-2", 10)
    redis.zadd("vouch:live:vlm", {"vlm-1": 1})
    attempts.reap()
    seen = await load_of(jobs.redis, QUEUES)
    assert seen.workers == {"cpu": 0, "ocr": 2, "vlm": 0}
    assert seen.reaped_seconds_ago is not None
    assert seen.reaped_seconds_ago < 5


async def test_webhooks_that_are_overdue_show(jobs: JobStore, redis: Redis) -> None:
    redis.zadd("vouch:calls", {"a": (time.time() - 30) * 1000, "b": (time.time() + 30) * 1000})
    seen = await load_of(jobs.redis, QUEUES)
    assert seen.calls == 2
    assert 29 <= seen.calls_overdue_seconds < 40


async def test_a_redis_that_does_not_answer_is_an_error_of_ours() -> None:
    async with JobStore.at(StorageSettings(redis_url="redis://127.0.0.1:1/0")) as nowhere:
        with pytest.raises(StoreUnavailable):
            await load_of(nowhere.redis, QUEUES)
