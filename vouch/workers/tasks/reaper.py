"""What nobody else sees to: legs whose worker is gone, messages that got lost, blobs of old jobs.

Any number of processes may do this: each step is one script in Redis, or harmless when done twice.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from vouch.schemas.job import Ticket
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore

_SWEEP_SECONDS = 3600.0
_ABANDONED = timedelta(hours=24)
"""Blobs this old of a job that nobody knows are nobody's: no submit takes a day."""
_log = structlog.get_logger(__name__)


def reap(jobs: AttemptStore, publish: Callable[[tuple[Ticket, ...]], None]) -> None:
    """Publish all that is due; call it every second. StoreUnavailable."""
    reaped, tickets = jobs.reap()
    if reaped:
        _log.warning("leases_ran_out", legs=reaped)
    publish(tickets)


class Sweeper:
    """Purges blobs that no job needs any more; call `tick` every few seconds.

    Not in the thread that reaps: a slow blob store must hold up no job.
    """

    def __init__(self, jobs: AttemptStore, blobs: BlobStore) -> None:
        self._jobs = jobs
        self._blobs = blobs
        self._sweep_at = time.monotonic() + _SWEEP_SECONDS
        self._swept_to = ""

    def tick(self) -> None:
        """StoreUnavailable when a store does not answer: the rest is done another time."""
        self.purge_expired()
        if time.monotonic() >= self._sweep_at:
            self.sweep(datetime.now(UTC) - _ABANDONED)

    def purge_expired(self) -> None:
        """Blobs of jobs whose time is over."""
        gone = self._jobs.expired()
        for member in gone:
            self._blobs.purge(member.partition(":")[0])
        self._jobs.forget(gone)

    def sweep(self, older_than: datetime) -> None:
        """Blobs of jobs that never were, as their submit died on its way; some at a time."""
        swept = self._blobs.sweep(older_than, self._jobs.is_known, self._swept_to)
        self._swept_to = swept.after
        if not swept.after:
            self._sweep_at = time.monotonic() + _SWEEP_SECONDS
        if swept.purged:
            _log.info("orphans_purged", jobs=len(swept.purged))
