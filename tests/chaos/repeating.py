"""Whatever leg is due is asked for once more, whenever a job changes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

from vouch.schemas.job import TERMINAL, Leg, Ticket
from vouch.storage.keys import CHANGES, job_key
from vouch.storage.queues import open_queues, publish
from vouch.storage.settings import StorageSettings


@dataclass
class Repeated:
    """How many messages were sent a second time."""

    messages: int = 0


@contextmanager
def repeating(redis_url: str) -> Iterator[Repeated]:
    """Do so while the block lasts."""
    repeated, over = Repeated(), threading.Event()
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        changes = redis.pubsub(ignore_subscribe_messages=True)
        changes.subscribe(CHANGES)
        thread = threading.Thread(target=_repeat, args=(redis, changes, repeated, over, redis_url))
        thread.start()
        try:
            yield repeated
        finally:
            over.set()
            thread.join()
            changes.close()


def _repeat(
    redis: Redis, changes: Any, repeated: Repeated, over: threading.Event, redis_url: str
) -> None:
    with open_queues(StorageSettings(redis_url=redis_url)) as app:
        while not over.is_set():
            change = changes.get_message(timeout=0.2)
            if change is None:
                continue
            job_id = change["data"]
            status, leg, attempt = redis.hmget(job_key(job_id), ["status", "leg", "attempt"])
            if leg is None or status in TERMINAL:
                continue
            publish(app, Ticket(leg=cast("Leg", leg), job_id=job_id, attempt=int(str(attempt))))
            repeated.messages += 1
