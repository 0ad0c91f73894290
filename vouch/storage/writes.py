"""What both sides of the job store do with Redis: errors and the one fenced write."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from vouch.schemas.errors import JobNotFound, StaleAttempt, StoreUnavailable
from vouch.storage.keys import CHANGES, job_key, record_key

WRITE = f"""
local job = redis.call('HMGET', KEYS[1], 'attempt', 'status')
if not job[1] then return 'missing' end
if job[1] ~= ARGV[1] then return 'stale' end
if job[2] == 'succeeded' or job[2] == 'failed' or job[2] == 'cancelled' then return 'finished' end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('EXPIRE', KEYS[1], ARGV[2])
if ARGV[4] ~= '' then redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[2]) end
redis.call('PUBLISH', '{CHANGES}', ARGV[3])
return 'written'
"""
"""Write fields of a job (and its record) only for the attempt that owns it; tell who waits.

KEYS: job, record. ARGV: attempt, TTL in seconds, job id, record or "", then name, value, name, …
"""


def connection_options(url: str) -> dict[str, Any]:
    """How both sides connect: an unreachable Redis is an error after seconds, not a hang."""
    options = {"decode_responses": True, "socket_timeout": 5.0}
    if url.startswith("unix:"):  # has no connection to time out or keep alive
        return options
    return {**options, "socket_connect_timeout": 5.0, "socket_keepalive": True}


def open_redis(url: str, connections: int = 8, patience: float = 5.0) -> Redis:
    """A pool for many callers at once, who queue up to `patience` seconds for a connection."""
    pool = BlockingConnectionPool.from_url(
        url, max_connections=connections, timeout=patience, **connection_options(url)
    )
    return Redis.from_pool(pool)


def write_keys(job_id: str) -> tuple[str, str]:
    """KEYS of the fenced write."""
    return job_key(job_id), record_key(job_id)


def write_arguments(
    job_id: str, attempt: int, ttl: int, row: Mapping[str, str], record: str = ""
) -> tuple[str | int, ...]:
    """ARGV of the fenced write."""
    stamped = {**row, "updated_at": datetime.now(UTC).isoformat()}
    return (attempt, ttl, job_id, record, *flat(stamped))


def flat(row: Mapping[str, str]) -> list[str]:
    """Names and values in turn, as Redis takes them."""
    return [part for pair in row.items() for part in pair]


def check_written(answer: object) -> None:
    """JobNotFound, StaleAttempt when the fenced write was refused."""
    match answer:
        case "written":
            return
        case "missing":
            raise JobNotFound("no job has this id")
        case "finished":
            raise StaleAttempt("the job is already finished")
    raise StaleAttempt("a newer attempt owns the job")


@contextmanager
def redis_answering() -> Iterator[None]:
    """Whatever keeps Redis from answering becomes StoreUnavailable."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable("Redis did not answer") from error
