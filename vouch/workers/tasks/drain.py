"""A worker that is told to end: what it has begun it finishes, or others do."""

import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

from vouch.schemas.errors import AttemptsExhausted, JobNotFound, StaleAttempt, StoreUnavailable
from vouch.schemas.job import JobError, Ticket
from vouch.storage.attempts import AttemptStore
from vouch.workers.tasks.heartbeat import Heartbeat, Hold

_ENDING = JobError(code=AttemptsExhausted.code, detail="the worker had to end", retryable=True)
_log = structlog.get_logger(__name__)


class Drain:
    """Once it has begun, legs have some seconds to finish; those that do not are given back.

    Whoever stops workers kills them soon after. Given back before that, a leg begins anew at once
    on another worker, and no failure is held against its job.
    """

    def __init__(
        self,
        jobs: AttemptStore,
        heartbeat: Heartbeat,
        publish: Callable[[tuple[Ticket, ...]], None],
        seconds: float,
    ) -> None:
        self._jobs = jobs
        self._heartbeat = heartbeat
        self._publish = publish
        self._seconds = seconds
        self._begun = threading.Event()
        self._done = threading.Event()
        # a thread that waits: the handler of a signal had better not start one
        threading.Thread(target=self._run, name="drain", daemon=True).start()

    def begin(self) -> None:
        """Waits for nothing: a handler of signals may call it."""
        self._begun.set()

    def end(self) -> None:
        """There is nothing left to give back."""
        self._done.set()

    def _run(self) -> None:
        self._begun.wait()
        if not self._done.wait(self._seconds):
            for hold in self._heartbeat.holds:
                self._give_back(hold)

    def _give_back(self, hold: Hold) -> None:
        job = hold.job
        with suppress(JobNotFound, StaleAttempt, StoreUnavailable):
            tickets = self._jobs.give_back(job.id, job.attempt, _ENDING, is_failure=False)
            hold.lost_by = StaleAttempt("this worker has given the leg back")
            _log.warning("leg_given_back", job=job.id, attempt=job.attempt, leg=job.leg)
            self._publish(tickets)
