"""Jobs as the service reads them out of Redis."""

from collections.abc import Sequence

from redis.asyncio import Redis

from vouch.schemas.job import Job
from vouch.storage.keys import job_key, wish_key
from vouch.storage.rows import from_row
from vouch.storage.writes import redis_answering


async def stored_jobs(redis: Redis, ids: Sequence[str]) -> tuple[Job, ...]:
    """These jobs, in this order, without those that are gone. JobNotFound for what is no id."""
    with redis_answering():
        async with redis.pipeline(transaction=True) as reading:
            for job_id in ids:
                reading.get(wish_key(job_id))
                reading.hgetall(job_key(job_id))
            found = await reading.execute() if ids else []
    pairs = zip(found[0::2], found[1::2], strict=True)
    return tuple(from_row(wish, row) for wish, row in pairs if wish and row)
