"""The service's side of the job store: create, look, wait, delete."""

import asyncio
from collections.abc import Sequence
from typing import Self

from redis.asyncio import Redis

from vouch.schemas.errors import JobNotFound, RecordNotReady
from vouch.schemas.job import TERMINAL, Job
from vouch.storage.changes import ChangeFeed
from vouch.storage.keys import CHANGES, job_key, queue_key, record_key
from vouch.storage.rows import from_row, to_row
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import flat, open_redis, redis_answering

_CONNECTIONS = 64


class JobStore:
    """Jobs in Redis for a process that serves many callers at once.

    Use as an async context manager. Every method raises StoreUnavailable when Redis does not
    answer, and JobNotFound for an id that is not known (any more).
    """

    def __init__(self, redis: Redis, ttl_seconds: int) -> None:
        self._redis = redis
        self._ttl = ttl_seconds
        self._changes = ChangeFeed(redis)

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        return cls(open_redis(settings.redis_url, _CONNECTIONS), settings.job_ttl_seconds)

    async def __aenter__(self) -> Self:
        self._changes.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._changes.stop()
        await self._redis.aclose()

    async def create(self, job: Job) -> None:
        """Keep a new job. Do this before its first message is published."""
        with redis_answering():
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hset(job_key(job.id), items=flat(to_row(job)))
                pipeline.expire(job_key(job.id), self._ttl)
                await pipeline.execute()

    async def get(self, job_id: str) -> Job:
        """The job as it is now."""
        with redis_answering():
            row = await self._redis.hgetall(job_key(job_id))
        if not row:
            raise JobNotFound("no job has this id")
        return from_row(row)

    async def wait(self, job_id: str, seconds: float) -> Job:
        """The job once it is finished, or as it is after `seconds`; holds no connection."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        with self._changes.watching(job_id) as changed:
            while True:
                changed.clear()
                job = await self.get(job_id)
                if job.status in TERMINAL or clock() >= deadline:
                    return job
                await _wait_until(changed, deadline)

    async def record(self, job_id: str) -> bytes:
        """The record as JSON. RecordNotReady while there is none."""
        with redis_answering():
            record = await self._redis.get(record_key(job_id))
        if record is None:
            job = await self.get(job_id)
            raise RecordNotReady(f"the job has no record: it is {job.status}")
        return record.encode() if isinstance(record, str) else record

    async def delete(self, job_id: str) -> None:
        """Forget the job and its record; a worker that still has it is refused its next write."""
        with redis_answering():
            gone = await self._redis.delete(job_key(job_id), record_key(job_id))
            await self._redis.publish(CHANGES, job_id)
        if not gone:
            raise JobNotFound("no job has this id")

    async def queues_without_worker(self, queues: Sequence[str]) -> tuple[str, ...]:
        """Which of the queues nobody serves: no live worker with its engines loaded."""
        with redis_answering():
            alive = await self._redis.mget([queue_key(queue) for queue in queues])
        return tuple(queue for queue, sign in zip(queues, alive, strict=True) if sign is None)


async def _wait_until(changed: asyncio.Event, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await changed.wait()
    except TimeoutError:
        return
