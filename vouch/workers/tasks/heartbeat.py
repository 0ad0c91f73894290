"""The leases of all legs that a process has, renewed from one thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from vouch.schemas.errors import JobNotFound, StaleAttempt, StoreUnavailable, VouchError
from vouch.schemas.job import Job
from vouch.storage.attempts import AttemptStore

_log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class Hold:
    """A leg that this process has, for as long as it can renew the lease."""

    job: Job
    lost_by: VouchError | None = None
    """Why it has the leg no more: then nobody wants what it does."""
    reaches_store: bool = True

    def why_lost(self) -> VouchError | None:
        return self.lost_by

    def tell(self, news: Callable[[], None]) -> None:
        """Write what is good to know but not needed: not while the store does not answer.

        StaleAttempt, JobNotFound when somebody else has the job, or nobody.
        """
        if self.reaches_store:
            try:
                news()
            except StoreUnavailable:
                self.reaches_store = False


class Heartbeat:
    """Says for every leg at hand that it is worked on; call `beat` every second.

    What it hears in answer is what stops a leg whose job was cancelled, deleted or taken over.
    """

    def __init__(self, jobs: AttemptStore) -> None:
        self._jobs = jobs
        self._holds: set[Hold] = set()
        self._lock = threading.Lock()

    @property
    def holds(self) -> tuple[Hold, ...]:
        with self._lock:
            return tuple(self._holds)

    @contextmanager
    def holding(self, job: Job) -> Iterator[Hold]:
        """Around the work on a leg that has been claimed."""
        hold = Hold(job)
        with self._lock:
            self._holds.add(hold)
        try:
            yield hold
        finally:
            with self._lock:
                self._holds.discard(hold)

    def beat(self) -> None:
        """StoreUnavailable when the leases could not be renewed: legs go on all the same."""
        for hold in self.holds:
            if hold.lost_by is None:
                self._renew(hold)

    def _renew(self, hold: Hold) -> None:
        try:
            self._jobs.beat(hold.job.id, hold.job.attempt)
        except (StaleAttempt, JobNotFound) as error:
            _log.info("leg_lost", job=hold.job.id, attempt=hold.job.attempt, code=error.code)
            hold.lost_by = error
        hold.reaches_store = True
