"""The workers' side of the job store: every write carries the attempt it was made for."""

from typing import Self

from redis import Redis

from vouch.schemas.errors import JobNotFound, StaleAttempt
from vouch.schemas.job import STAGES, TERMINAL, Job, JobError, Leg, Stage
from vouch.schemas.record import Record
from vouch.storage.keys import job_key, queue_key
from vouch.storage.rows import error_row, from_row, hand_over_row
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import (
    WRITE,
    check_written,
    connection_options,
    redis_answering,
    write_arguments,
    write_keys,
)


class AttemptStore:
    """Jobs in Redis for a process that works on one at a time.

    Every method raises StoreUnavailable when Redis does not answer and JobNotFound for an id that
    is not known (any more); every write raises StaleAttempt when a newer attempt owns the job or
    the job is already finished.
    """

    def __init__(self, redis: Redis, ttl_seconds: int) -> None:
        self._redis = redis
        self._ttl = ttl_seconds
        self._write = redis.register_script(WRITE)

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        url = settings.redis_url
        return cls(Redis.from_url(url, **connection_options(url)), settings.job_ttl_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._redis.close()

    def take(self, job_id: str, attempt: int) -> Job:
        """The job that a message is about. StaleAttempt when a worker has no business with it."""
        with redis_answering():
            row = self._redis.hgetall(job_key(job_id))
        if not row:
            raise JobNotFound("no job has this id")
        job = from_row(row)
        if job.attempt != attempt or job.status in TERMINAL:
            raise StaleAttempt("the job is finished or a newer attempt owns it")
        return job

    def enter(self, job_id: str, attempt: int, stage: Stage) -> None:
        """A stage begins."""
        progress = STAGES.index(stage) / len(STAGES)
        row = {"status": "running", "stage": stage, "progress": f"{progress:.3f}"}
        self._write_row(job_id, attempt, row)

    def hand_over(self, job_id: str, attempt: int, leg: Leg, key: str) -> None:
        """A leg is done: what it found lies under this blob key."""
        self._write_row(job_id, attempt, hand_over_row(leg, key))

    def succeed(self, job_id: str, attempt: int, record: Record) -> None:
        """The job is done: its record and its last state appear at once."""
        row = {"status": "succeeded", "progress": "1.0"}
        self._write_row(job_id, attempt, row, record.model_dump_json())

    def fail(self, job_id: str, attempt: int, error: JobError) -> None:
        """The job cannot be done."""
        self._write_row(job_id, attempt, {"status": "failed", **error_row(error)})

    def announce(self, queue: str, seconds: int) -> None:
        """A worker of this queue is alive and ready; it says so again before `seconds` are over."""
        with redis_answering():
            self._redis.set(queue_key(queue), "1", ex=seconds)

    def _write_row(self, job_id: str, attempt: int, row: dict[str, str], record: str = "") -> None:
        arguments = write_arguments(job_id, attempt, self._ttl, row, record)
        with redis_answering():
            answer = self._write(keys=write_keys(job_id), args=arguments)
        check_written(answer)
