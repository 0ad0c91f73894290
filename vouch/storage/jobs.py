"""The service's side of the job store: submit, look, wait, cancel, delete."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Self

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from vouch.schemas.errors import JobFinished, JobNotFound, NotReplayable, RecordNotReady
from vouch.schemas.job import TERMINAL, Job, Ticket
from vouch.schemas.tenant import NO_LIMITS, Terms
from vouch.storage.changes import ChangeFeed
from vouch.storage.keys import TALLY, engines_key, job_key, live_key, record_key
from vouch.storage.reading import stored_jobs
from vouch.storage.rows import to_row, view_json
from vouch.storage.scripts import Script, script
from vouch.storage.settings import StorageSettings
from vouch.storage.submitting import can_be_refused, refuse, submit_arguments
from vouch.storage.writes import (
    NO_COUNTS,
    Counts,
    counts_arguments,
    open_redis,
    redis_answering,
    tickets_of,
)

_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submit: its job, and the messages that are to be published now."""

    job_id: str
    is_new: bool
    """False: a request with the same Idempotency-Key made this job before."""
    tickets: tuple[Ticket, ...] = ()


class JobStore:
    """Jobs in Redis for a process that serves many callers at once.

    Use as an async context manager. Every method raises StoreUnavailable when Redis does not
    answer, and JobNotFound for an id that is not known (any more), or is another tenant's. Tickets
    that a method gives are to be published; one that is not, a reaper publishes later.
    """

    def __init__(self, redis: Redis, settings: StorageSettings) -> None:
        self.redis = redis
        """For what reads many jobs at a time: see `storage.listing`."""
        self._settings = settings
        self._admission = (settings.jobs_per_worker, int(settings.overdue_seconds * 1000))
        self._changes = ChangeFeed(redis)
        self._scripts: dict[Script, AsyncScript] = {}

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        return cls(open_redis(settings.redis_url, _CONNECTIONS), settings)

    async def __aenter__(self) -> Self:
        self._changes.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._changes.stop()
        await self.redis.aclose()

    async def submit(
        self,
        job: Job,
        terms: Terms = NO_LIMITS,
        body_digest: str = "",
        counts: Counts = NO_COUNTS,
    ) -> Submitted:
        """Keep a new job and put it in its tenant's line, all or nothing.

        With `job.idempotency_key` and the digest of the request's body, a repeated request finds
        its first job. IdempotencyConflict, RateLimited, QuotaSpent, QueueTooLong, InvalidRequest.
        """
        answer = await self._run(
            "submit",
            *submit_arguments(job, terms, body_digest, self._settings),
            *_written_out(job),
            *counts_arguments(counts),
        )
        if answer[0] not in ("new", "again"):
            raise refuse(answer)
        return Submitted(answer[1], answer[0] == "new", tickets_of(answer[2:]))

    async def check(self, job: Job, terms: Terms = NO_LIMITS, body_digest: str = "") -> str | None:
        """Refuse what `submit` would refuse now, and keep nothing: before a document is stored.

        Gives the id of the job that a repeated request has made; None for a new request.
        """
        if not can_be_refused(job, terms, self._settings):
            return None
        asked = submit_arguments(job, terms, body_digest, self._settings)
        answer = await self._run("submit", *asked, "", 0)
        match answer[0]:
            case "fine":
                return None
            case "again":
                return answer[1]
        raise refuse(answer)

    async def get(self, job_id: str, tenant: str) -> Job:
        """The job as it is now."""
        found = await stored_jobs(self.redis, [job_id])
        if not found or found[0].tenant != tenant:
            raise JobNotFound("no job has this id")
        return found[0]

    async def view(self, job_id: str, tenant: str) -> bytes:
        """What callers see of the job, as JSON, with its record: one round trip."""
        job_key(job_id)
        lines = await self._answer("view", job_id, tenant)
        if not lines:
            raise JobNotFound("no job has this id")
        return view_json(lines.split("\n"))

    async def wait(self, job_id: str, tenant: str, seconds: float) -> bytes:
        """The job's view once it is finished, or as it is after `seconds`; holds no connection.

        After `let_go`, as it is now.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        with self.watching(job_id) as changed:
            while True:
                changed.clear()
                if await self._is_over(job_id, tenant) or self._has_ended(deadline):
                    return await self.view(job_id, tenant)
                await _wait_until(changed, deadline)

    @property
    def waiters(self) -> int:
        """How many of this process's callers wait for a job."""
        return self._changes.waiters

    @property
    def is_letting_go(self) -> bool:
        """Whether who waits should be answered now: the process is about to end."""
        return self._changes.is_letting_go

    def let_go(self) -> None:
        """Wake all who wait, for the last time."""
        self._changes.let_go()

    def watching(self, *job_ids: str) -> AbstractContextManager[asyncio.Event]:
        """An event that is set at every change of one of the jobs from here on."""
        return self._changes.watching(*job_ids)

    async def record(self, job_id: str, tenant: str) -> bytes:
        """The record as JSON. RecordNotReady while there is none."""
        key = job_key(job_id)
        with redis_answering():
            async with self.redis.pipeline(transaction=False) as both:
                both.hmget(key, ["tenant", "status"])
                both.get(record_key(job_id))
                (owner, status), record = await both.execute()
        if owner != tenant:
            raise JobNotFound("no job has this id")
        if record is None:
            raise RecordNotReady(f"the job has no record: it is {status}")
        return str(record).encode()

    async def cancel(self, job_id: str, tenant: str) -> tuple[Ticket, ...]:
        """End the job; who has it is refused the next write. JobFinished when it is over."""
        return await self._ask("cancel", job_id, tenant)

    async def replay(self, job_id: str, tenant: str) -> tuple[Ticket, ...]:
        """Try again what failed, from the leg that failed on. NotReplayable for other jobs."""
        return await self._ask("replay", job_id, tenant)

    async def delete(self, job_id: str, tenant: str) -> tuple[Ticket, ...]:
        """Forget the job, its record and what leads to it; its blobs are the caller's to purge."""
        return await self._ask("delete", job_id, tenant)

    async def reusable(self, reuse_key: str, tenant: str) -> str | None:
        """The id of a job that has answered just this before; None where there is none."""
        with redis_answering():
            job_id = str(await self.redis.get(reuse_key) or "")
            if not job_id or await self.redis.hget(job_key(job_id), "tenant") != tenant:
                return None
        return job_id

    async def tally(self) -> dict[str, float]:
        """The metrics that scripts have counted."""
        with redis_answering():
            counted = await self.redis.hgetall(TALLY)
        return {str(name): float(amount) for name, amount in counted.items()}

    async def engines(self, queues: Sequence[str]) -> tuple[str, ...]:
        """The digests of the engines that serve these queues; "" where nobody has told."""
        with redis_answering():
            digests = await self.redis.mget([engines_key(queue) for queue in queues])
        return tuple(str(digest or "") for digest in digests)

    async def queues_without_worker(self, queues: Sequence[str]) -> tuple[str, ...]:
        """Which of the queues nobody serves: no live worker with its engines loaded."""
        with redis_answering():
            seconds, micros = await self.redis.time()
            now = seconds * 1000 + micros // 1000
            async with self.redis.pipeline(transaction=False) as counting:
                for queue in queues:
                    counting.zcount(live_key(queue), now, "+inf")
                alive = await counting.execute()
        return tuple(queue for queue, count in zip(queues, alive, strict=True) if not count)

    def _has_ended(self, deadline: float) -> bool:
        return self.is_letting_go or asyncio.get_running_loop().time() >= deadline

    async def _is_over(self, job_id: str, tenant: str) -> bool:
        with redis_answering():
            owner, status = await self.redis.hmget(job_key(job_id), ["tenant", "status"])
        if owner != tenant:
            raise JobNotFound("no job has this id")
        return status in TERMINAL

    async def _ask(self, name: Script, job_id: str, tenant: str) -> tuple[Ticket, ...]:
        job_key(job_id)
        answer = await self._run(name, job_id, tenant, *self._admission)
        match answer[0]:
            case "missing":
                raise JobNotFound("no job has this id")
            case "finished":
                raise JobFinished("the job is over: there is nothing left to cancel")
            case "refused":
                raise NotReplayable(
                    "only a job that failed or was quarantined can be tried again, ten times"
                )
        return tickets_of(answer[1:])

    async def _run(self, name: Script, *arguments: str | float) -> list[str]:
        return await self._answer(name, *arguments)  # type: ignore[no-any-return]

    async def _answer(self, name: Script, *arguments: str | float) -> Any:  # noqa: ANN401  as it says
        if name not in self._scripts:
            self._scripts[name] = self.redis.register_script(script(name))
        with redis_answering():
            return await self._scripts[name](args=arguments)


def _written_out(job: Job) -> list[str | float]:
    """A job as the script takes it: its wish, how many parts follow, then fields and values."""
    wish, row = to_row(job)
    flat: list[str | float] = [part for pair in row.items() for part in pair]
    return [wish, len(flat), *flat]


async def _wait_until(changed: asyncio.Event, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await changed.wait()
    except TimeoutError:
        return
