"""How full everything is right now: lines, flight, messages, workers, and Redis itself."""

import json
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis

from vouch.schemas.value import Value
from vouch.storage.queues import lists_of
from vouch.storage.scripts import script
from vouch.storage.writes import redis_answering


class Load(Value):
    """One look at a service's Redis. Everything but `memory_…` is of the same moment."""

    tenants: dict[str, int]
    """Jobs in line, by tenant."""
    queued: dict[str, int]
    """Jobs in line, by priority."""
    oldest_seconds: dict[str, float]
    """Age of the oldest job in line, by priority; 0 where there is none."""
    in_flight: int
    """Jobs that workers have or are about to get."""
    running: int
    """Those of them that a worker has."""
    messages: dict[str, int]
    """Messages that wait for a worker, by queue."""
    workers: dict[str, int]
    """Live workers, by queue."""
    calls: int
    """Webhooks that are still to be made."""
    calls_overdue_seconds: float
    """How long the first of them has been due."""
    unswept: int
    """Jobs that are no more, whose blobs still are."""
    reaped_seconds_ago: float | None = None
    """Since a reaper last looked; None when none has for a day."""
    memory_used: int
    memory_limit: int
    """Bytes that Redis may use; 0: as many as there are."""


async def load_of(redis: Redis, queues: Sequence[str]) -> Load:
    """A look at everything: two round trips. StoreUnavailable."""
    lists = [(queue, lists_of(queue)) for queue in queues]
    arguments = [part for queue, of in lists for part in (queue, str(len(of)), *of)]
    with redis_answering():
        seen = json.loads(await redis.register_script(script("load"))(args=arguments))
        memory: Any = await redis.info("memory")
    return Load(**seen, memory_used=memory["used_memory"], memory_limit=memory["maxmemory"])
