"""What both sides of the job store do with Redis: connections, errors, what scripts say."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, cast

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError, ResponseError

from vouch.schemas.errors import JobNotFound, StaleAttempt, StoreUnavailable
from vouch.schemas.job import Leg, Ticket

_PARTS = 4
_log = structlog.get_logger(__name__)
Counts = Mapping[str, float]
"""Increments of metrics, by name with labels: counted in the same step as the effect itself."""
NO_COUNTS: Counts = MappingProxyType({})


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


def counts_arguments(counts: Counts) -> list[str | float]:
    """Increments of metrics as a script takes them: names and amounts in turn."""
    return [part for pair in counts.items() for part in pair]


def tickets_of(parts: Sequence[str]) -> tuple[Ticket, ...]:
    """The tickets that a script gives: leg, id, attempt, rank, leg, …"""
    return tuple(
        Ticket(
            leg=cast("Leg", parts[at]),
            job_id=parts[at + 1],
            attempt=int(parts[at + 2]),
            rank=int(parts[at + 3]),
        )
        for at in range(0, len(parts), _PARTS)
    )


def check_written(answer: str) -> None:
    """JobNotFound, StaleAttempt when a script refused a write."""
    match answer:
        case "written" | "claimed" | "held_on":
            return
        case "missing":
            raise JobNotFound("no job has this id")
        case "finished":
            raise StaleAttempt("the job is already finished")
        case "held":
            raise StaleAttempt("another worker has this leg")
    raise StaleAttempt("a newer attempt owns the job")


@contextmanager
def redis_answering() -> Iterator[None]:
    """Whatever keeps Redis from answering becomes StoreUnavailable."""
    try:
        yield
    except ResponseError as error:  # it answers, but refuses: full, loading, or a fault of a script
        _log.error("redis_refused", error=type(error).__name__, word=str(error).partition(" ")[0])
        raise StoreUnavailable("Redis refused a command") from error
    except (RedisError, OSError) as error:
        raise StoreUnavailable("Redis did not answer") from error
