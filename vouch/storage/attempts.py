"""The workers' side of the job store: every write carries the attempt it was made for."""

from collections.abc import Sequence
from typing import Self, cast

from redis import Redis
from redis.commands.core import Script

from vouch.schemas.errors import AttemptsExhausted
from vouch.schemas.job import LEGS, STAGES, Job, JobError, Leg, Stage, Ticket
from vouch.schemas.record import Record
from vouch.storage.keys import job_key
from vouch.storage.rows import error_json, from_row
from vouch.storage.scripts import script
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import (
    NO_COUNTS,
    Counts,
    check_written,
    connection_options,
    counts_arguments,
    redis_answering,
    tickets_of,
)

_AT_ONCE = 200
_EXHAUSTED = JobError(
    code=AttemptsExhausted.code,
    detail="every attempt ended with the worker gone; the document may be what stops it",
)


class AttemptStore:
    """Jobs in Redis for a process that works on them.

    Every method raises StoreUnavailable when Redis does not answer, and JobNotFound for an id that
    is not known (any more); every write raises StaleAttempt when a newer attempt owns the job or
    the job is already finished. Tickets that a method gives are to be published by the caller; one
    that is not, is given again by `reap`.
    """

    def __init__(self, redis: Redis, settings: StorageSettings) -> None:
        self._redis = redis
        self._lease_ms = int(settings.lease_seconds * 1000)
        self._most_failures = settings.most_failures
        self._admission = (settings.jobs_per_worker, int(settings.overdue_seconds * 1000))
        self._scripts: dict[str, Script] = {}

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        url = settings.redis_url
        return cls(Redis.from_url(url, **connection_options(url)), settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._redis.close()

    def claim(self, job_id: str, attempt: int, leg: Leg) -> Job:
        """Begin a leg: from now on its lease must be renewed. StaleAttempt when it is not due."""
        answer = self._run("claim", job_id, attempt, leg, self._lease_ms)
        check_written(answer[0])
        return from_row(answer[1], dict(zip(answer[2::2], answer[3::2], strict=True)))

    def beat(self, job_id: str, attempt: int) -> None:
        """Renew the lease of the leg that this process has."""
        check_written(str(self._run("beat", job_id, attempt, self._lease_ms)))

    def enter(self, job_id: str, attempt: int, stage: Stage) -> None:
        """A stage begins."""
        progress = f"{STAGES.index(stage) / len(STAGES):.3f}"
        self._write(job_id, attempt, stage=stage, progress=progress)

    def pages_read(self, job_id: str, attempt: int, read: int, pages: int) -> None:
        """So many pages of the document have been read."""
        self._write(job_id, attempt, pages_read=str(read), pages=str(pages))

    def hand_over(
        self,
        job_id: str,
        attempt: int,
        leg: Leg,
        key: str,
        seconds: float,
        counts: Counts = NO_COUNTS,
    ) -> tuple[Ticket, ...]:
        """A leg is done in so many seconds, and the next one is due.

        What it found lies under this blob key.
        """
        following = LEGS[LEGS.index(leg) + 1]
        return self._end(
            "hand_over", job_id, attempt, leg, following, key, seconds, *self._admission,
            *counts_arguments(counts),
        )  # fmt: skip

    def succeed(
        self,
        job_id: str,
        attempt: int,
        record: Record,
        seconds: float,
        counts: Counts = NO_COUNTS,
        embedding: str = "",
    ) -> tuple[Ticket, ...]:
        """The job is done: its record and its last state appear at once.

        `embedding` is of its first page, as `storage.likeness` packs it; "" where there is none.
        """
        return self._end(
            "finish", job_id, attempt, "succeeded", record.model_dump_json(), "", seconds,
            *self._admission, embedding, *counts_arguments(counts),
        )  # fmt: skip

    def fail(
        self, job_id: str, attempt: int, error: JobError, counts: Counts = NO_COUNTS
    ) -> tuple[Ticket, ...]:
        """The job cannot be done."""
        return self._end(
            "finish", job_id, attempt, "failed", "", error_json(error), 0,
            *self._admission, "", *counts_arguments(counts),
        )  # fmt: skip

    def give_back(
        self,
        job_id: str,
        attempt: int,
        error: JobError,
        delay_seconds: float = 0,
        *,
        is_failure: bool = True,
    ) -> tuple[Ticket, ...]:
        """This process cannot finish the leg: somebody is to begin it again after the delay.

        As a failure it counts: too many of one leg, and the job is quarantined with this error.
        """
        return self._end(
            "give_back", job_id, attempt, error_json(error), int(delay_seconds * 1000),
            int(is_failure), self._most_failures, *self._admission,
        )  # fmt: skip

    def reap(self) -> tuple[int, tuple[Ticket, ...]]:
        """How many leases ran out; what is to be published: for them, for messages that nobody
        took up, and for jobs that there is room for now.
        """
        answer = self._run(
            "reap", self._lease_ms, self._most_failures, *self._admission,
            error_json(_EXHAUSTED), _AT_ONCE,
        )  # fmt: skip
        return int(answer[0]), tickets_of(answer[1:])

    def expired(self) -> tuple[str, ...]:
        """Some jobs that are no more, as `<id>:<tenant>`: purge their blobs, then `forget` them."""
        return tuple(self._run("expired", _AT_ONCE))

    def forget(self, expired: Sequence[str]) -> None:
        """Nothing of these is left."""
        if expired:
            self._run("forget", *expired)

    def is_known(self, job_id: str) -> bool:
        """Whether there is such a job."""
        with redis_answering():
            return bool(self._redis.exists(job_key(job_id)))

    def announce(self, queue: str, worker: str, seconds: float, engines: str = "") -> None:
        """A worker is alive and ready, with engines of this digest; 0 seconds: it says good-bye."""
        self._run("announce", queue, worker, seconds, engines)

    def _write(self, job_id: str, attempt: int, **row: str) -> None:
        flat = [part for pair in row.items() for part in pair]
        check_written(str(self._run("write", job_id, attempt, *flat)))

    def _end(self, name: str, *arguments: str | float) -> tuple[Ticket, ...]:
        answer = self._run(name, *arguments)
        check_written(answer[0])
        return tickets_of(answer[1:])

    def _run(self, name: str, *arguments: str | float) -> list[str]:
        if name not in self._scripts:
            self._scripts[name] = self._redis.register_script(script(name))
        with redis_answering():
            return cast("list[str]", self._scripts[name](args=arguments))
