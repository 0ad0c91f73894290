"""The legs as Celery tasks: from a message to the write that ends the leg, come what may."""

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from celery import Celery, Task
from pydantic import Field, ValidationError
from structlog.contextvars import bind_contextvars, clear_contextvars

from vouch.schemas.errors import (
    EngineFailed,
    JobNotFound,
    StaleAttempt,
    StoreUnavailable,
    VouchError,
)
from vouch.schemas.job import LEGS, Job, JobError, Leg, Ticket
from vouch.schemas.value import Value
from vouch.storage.logs import frames, tell_of
from vouch.storage.queues import publish, task_name
from vouch.storage.tracing import leg_span
from vouch.workers.tasks.counting import failure_counts
from vouch.workers.tasks.heartbeat import Heartbeat
from vouch.workers.tasks.insisting import insist
from vouch.workers.tasks.legs import Ending, run_leg
from vouch.workers.tasks.workplace import Workplace

_MAY_PASS = (EngineFailed, StoreUnavailable)
"""What the same leg may not meet again; other errors are retryable by callers at most."""
_LONGEST_DELAY_SECONDS = 30.0
_STORE_DELAY_SECONDS = 10.0
"""A store that is full or away is so for longer than a model that stumbles."""
_log = structlog.get_logger(__name__)


class Order(Value):
    """What a message says."""

    job_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    attempt: int = Field(ge=1)


class LegTask(Task[..., None]):
    """One leg as a task: claim it, do it, write that it is done, publish what is due next.

    Celery tries nothing again. A leg that fails in a way that may pass is given back, for any
    worker to begin anew after a while; any other error, foreseen or not, ends the job as failed. A
    message without a leg that is due is dropped.
    """

    def __init__(self, leg: Leg, place: Workplace, heartbeat: Heartbeat) -> None:
        self.name = task_name(leg)
        self._leg = leg
        self._place = place
        self._heartbeat = heartbeat

    def run(self, *_: object, **message: object) -> None:
        """What is foreseen ends here; `on_failure` gets the rest."""
        order = _order(message)
        if order is None:
            _log.error("message_dropped", leg=self._leg)
            return
        self._tell_of(order)
        seats = self._place.seats
        # what has ended a worker may do so again: then nobody else's job is to be in it
        with seats.of(1 if order.attempt == 1 else seats.most):
            self._end(order, partial(self._attend, order))

    def on_failure(
        self, exc: BaseException, _id: object, _args: object, kwargs: dict[str, Any], _einfo: object
    ) -> None:
        """Celery calls this with whatever `run` raised."""
        order = _order(kwargs)
        if order is None:
            _log.error("message_dropped", leg=self._leg, error=type(exc).__name__)
            return
        detail = "an unforeseen error inside Vouch; its place is in the worker's log"
        error = JobError(code=VouchError.code, detail=detail)
        place = frames(exc.__traceback__)
        _log.error("leg_failed", code=error.code, error=type(exc).__name__, frames=place)
        self._end(order, partial(insist, self._failing(order.job_id, order.attempt, error)))

    def after_return(self, *_: object) -> None:
        """Celery calls this last: what it logs from here on is about no job."""
        clear_contextvars()

    def _attend(self, order: Order) -> tuple[Ticket, ...]:
        """The leg from claim to ending."""
        job = self._place.jobs.claim(order.job_id, order.attempt, self._leg)
        tell_of(job)
        _log.info("leg_begun")  # the last line of a worker that its document kills
        with self._heartbeat.holding(job) as hold:
            try:
                with leg_span(self._place.tracer, job, self._leg):
                    ending = run_leg(self._leg, self._place, hold)
            except (JobNotFound, StaleAttempt):
                raise
            except VouchError as error:
                ending = self._ending_of(job, error)
            return insist(ending)

    def _ending_of(self, job: Job, error: VouchError) -> Ending:
        """The write that a foreseen error leads to."""
        told = JobError(code=error.code, detail=str(error), retryable=error.retryable)
        _log.error("leg_failed", code=error.code, detail=str(error))
        if not isinstance(error, _MAY_PASS):
            return self._failing(job.id, job.attempt, told)
        is_failure = not isinstance(error, StoreUnavailable)
        return partial(
            self._place.jobs.give_back,
            job.id,
            job.attempt,
            told,
            _delay(job.failures) if is_failure else _jittered(_STORE_DELAY_SECONDS),
            is_failure=is_failure,  # else it is no fault of the job's
        )

    def _failing(self, job_id: str, attempt: int, error: JobError) -> Ending:
        return partial(self._place.jobs.fail, job_id, attempt, error, failure_counts(error))

    def _end(self, order: Order, ending: Callable[[], tuple[Ticket, ...]]) -> None:
        """Whatever cannot be written or published here, a reaper finds out."""
        try:
            publish(self.app, *ending())
        except JobNotFound:
            _log.info("job_gone")
            with suppress(StoreUnavailable):
                self._place.blobs.purge(order.job_id)
        except StaleAttempt as error:
            _log.info("leg_not_ours", detail=str(error))
        except StoreUnavailable as error:
            _log.warning("leg_let_go", detail=str(error))
        else:
            _log.info("leg_done")

    def _tell_of(self, order: Order) -> None:
        """Let every line of the log say what it is about, until `after_return`."""
        bind_contextvars(job=order.job_id, attempt=order.attempt, leg=self._leg)


def register_legs(app: Celery, place: Workplace, heartbeat: Heartbeat) -> None:
    """Make an application able to run every leg; which ones reach it is a matter of its queue."""
    for leg in LEGS:
        app.register_task(LegTask(leg, place, heartbeat))


def _order(message: dict[str, Any]) -> Order | None:
    """What a message says; None when it is none of ours."""
    try:
        return Order.model_validate(message)
    except ValidationError:
        return None


def _delay(failures: int) -> float:
    """Seconds until a leg is begun again: longer each time."""
    return _jittered(min(2.0**failures, _LONGEST_DELAY_SECONDS))


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(0.5, 1.0)  # jitter
