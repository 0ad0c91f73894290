"""A worker's sign of life, from a thread of its own: a leg may take minutes."""

import threading

import structlog

from vouch.schemas.errors import StoreUnavailable
from vouch.storage.attempts import AttemptStore

_EVERY_SECONDS = 3.0
_VALID_SECONDS = 10
_log = structlog.get_logger(__name__)


class Presence:
    """Announces that a queue is served, until stopped; then the announcement runs out by itself."""

    def __init__(self, jobs: AttemptStore, queue: str) -> None:
        self._jobs = jobs
        self._queue = queue
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._announce, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.ident is not None:  # else it has never been started
            self._thread.join()

    def _announce(self) -> None:
        while not self._stopped.is_set():
            try:
                self._jobs.announce(self._queue, _VALID_SECONDS)
            except StoreUnavailable:
                _log.warning("not_announced", queue=self._queue)
            self._stopped.wait(_EVERY_SECONDS)
