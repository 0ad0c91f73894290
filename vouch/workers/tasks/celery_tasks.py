"""The legs as Celery tasks: retries, what becomes of errors, and the message for the next leg."""

from traceback import extract_tb
from typing import Any

import structlog
from celery import Celery, Task

from vouch.schemas.errors import (
    EngineFailed,
    JobNotFound,
    StaleAttempt,
    StoreUnavailable,
    VouchError,
)
from vouch.schemas.job import JobError, Leg
from vouch.storage.queues import publish, task_name
from vouch.workers.tasks.legs import LEGS, Workplace, next_leg, run_leg

_log = structlog.get_logger(__name__)


class LegTask(Task[..., None]):
    """One leg as a task.

    A retryable error is tried again, three times with growing, jittered waits; any other error,
    foreseen or not, ends the job as failed with its code, and the worker goes on with the next.
    """

    autoretry_for = (EngineFailed, StoreUnavailable)
    max_retries = 3
    retry_backoff = 1
    retry_backoff_max = 30

    def __init__(self, leg: Leg, place: Workplace) -> None:
        self.name = task_name(leg)
        self._leg = leg
        self._place = place

    def run(self, job_id: str, attempt: int) -> None:
        """Do the leg and ask for the next one. A job that is no longer ours is left alone."""
        with structlog.contextvars.bound_contextvars(job=job_id, attempt=attempt, leg=self._leg):
            try:
                run_leg(self._leg, self._place, self._place.jobs.take(job_id, attempt))
            except JobNotFound:
                _log.info("job_gone")
                self._place.blobs.purge(job_id)
                return
            except StaleAttempt:
                _log.info("attempt_stale")
                return
            following = next_leg(self._leg)
            if following is not None:
                publish(self.app, following, job_id, attempt)
            _log.info("leg_done")

    def on_failure(
        self, exc: BaseException, _id: object, _args: object, kwargs: dict[str, Any], _einfo: object
    ) -> None:
        """Celery calls this with whatever `run` raised, after the last retry."""
        job_id, attempt = kwargs["job_id"], kwargs["attempt"]
        error = job_error(exc)
        _log.error(
            "leg_failed",
            job=job_id,
            attempt=attempt,
            leg=self._leg,
            code=error.code,
            error=type(exc).__name__,
            frames=[] if isinstance(exc, VouchError) else frames(exc),
        )
        self._place.jobs.fail(job_id, attempt, error)


def register_legs(app: Celery, place: Workplace) -> None:
    """Make an application able to run every leg; which ones reach it is a matter of its queue."""
    for leg in LEGS:
        app.register_task(LegTask(leg, place))


def job_error(error: BaseException) -> JobError:
    """What the caller may know of an error: our own sentences, as others may quote the document."""
    if isinstance(error, VouchError):
        return JobError(code=error.code, detail=str(error), retryable=error.retryable)
    detail = "an unforeseen error inside Vouch; its place is in the worker's log"
    return JobError(code=VouchError.code, detail=detail)


def frames(error: BaseException) -> list[str]:
    """Where an error was raised, outermost first, without its message or any variable."""
    return [f"{at.filename}:{at.lineno} {at.name}" for at in extract_tb(error.__traceback__)]
