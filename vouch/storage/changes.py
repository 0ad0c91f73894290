"""Who waits for a job hears of its changes: one Redis subscription for a whole process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from vouch.storage.ending import cancelled
from vouch.storage.keys import CHANGES

_RETRY_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class ChangeFeed:
    """Wakes those who wait for a job when it changes.

    After a lost connection everybody is woken once, because a change may have been missed.
    """

    def __init__(self, redis: Redis) -> None:
        self.is_letting_go = False
        """Whether nobody should wait any longer: the process is about to end."""
        self.waiters = 0
        """How many wait now."""
        self._redis = redis
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Listen in the background until `stop`."""
        self._listener = asyncio.create_task(self._listen_for_ever())

    async def stop(self) -> None:
        if self._listener is not None:
            await cancelled([self._listener])

    def let_go(self) -> None:
        """Wake everybody for the last time."""
        self.is_letting_go = True
        self._wake_all()

    @contextmanager
    def watching(self, *job_ids: str) -> Iterator[asyncio.Event]:
        """An event that is set at every change of one of the jobs from here on."""
        changed = asyncio.Event()
        for job_id in job_ids:
            self._waiting[job_id].add(changed)
        self.waiters += 1
        try:
            yield changed
        finally:
            self.waiters -= 1
            for job_id in job_ids:
                self._waiting[job_id].discard(changed)
                if not self._waiting[job_id]:
                    del self._waiting[job_id]

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                _log.warning("change_feed_lost", error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(CHANGES)
            async for message in subscription.listen():
                if message["type"] == "message":
                    self._wake(message["data"])
                else:  # (re)subscribed: whatever changed before this was not heard
                    self._wake_all()

    def _wake(self, job_id: str) -> None:
        for changed in self._waiting.get(job_id, ()):
            changed.set()

    def _wake_all(self) -> None:
        for job_id in self._waiting:
            self._wake(job_id)
