"""Many jobs at a time: lists of a tenant's jobs, and batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from vouch.schemas.errors import InvalidRequest, JobNotFound
from vouch.schemas.job import Job, JobStatus
from vouch.storage.keys import (
    batch_key,
    index_key,
    is_job_id,
)
from vouch.storage.reading import stored_jobs
from vouch.storage.writes import redis_answering

_AT_ONCE = 200
_MOST_LOOKED_AT = 5_000
"""Jobs that one request goes through; a rare status takes several requests."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs of a list; None is all."""

    status: JobStatus | None = None
    schema_name: str | None = None
    batch: str | None = None
    since: datetime | None = None

    def takes(self, job: Job) -> bool:
        return (
            self.status in (None, job.status)
            and self.schema_name in (None, job.options.schema_name)
            and self.batch in (None, job.batch)
        )


async def listed(
    redis: Redis, tenant: str, wanted: Wanted, cursor: str | None = None, limit: int = 50
) -> tuple[tuple[Job, ...], str | None]:
    """A tenant's jobs, newest first, and where the list goes on.

    InvalidRequest for a cursor that no list has given.
    """
    if cursor is not None and not is_job_id(cursor):
        raise InvalidRequest("`cursor` is not one that a list has given")
    lowest = "-" if wanted.since is None else f"[{int(wanted.since.timestamp() * 1000):012x}"
    found: list[Job] = []
    for _ in range(_MOST_LOOKED_AT // _AT_ONCE):
        highest = "+" if cursor is None else f"({cursor}"
        with redis_answering():
            ids = await redis.zrevrangebylex(index_key(tenant), highest, lowest, 0, _AT_ONCE)
        for job in await jobs_of(redis, tenant, cast("list[str]", ids)):
            if wanted.takes(job):
                found.append(job)
                if len(found) == limit:
                    return tuple(found), job.id
        if len(ids) < _AT_ONCE:
            return tuple(found), None
        cursor = str(ids[-1])
    return tuple(found), cursor


async def batch_ids(redis: Redis, tenant: str, batch: str) -> tuple[str, ...]:
    """The jobs of a batch, in order of creation. JobNotFound for a batch that nobody knows."""
    with redis_answering():
        members = await redis.smembers(batch_key(tenant, batch))
    if not members:
        raise JobNotFound("no batch has this id")
    return tuple(sorted(map(str, members)))


async def jobs_of(redis: Redis, tenant: str, ids: Sequence[str]) -> tuple[Job, ...]:
    """These jobs of a tenant, without those that are gone."""
    return tuple(job for job in await stored_jobs(redis, ids) if job.tenant == tenant)
