"""Something that a worker does again and again beside its legs, in a thread of its own."""

import threading
from collections.abc import Callable

import structlog

from vouch.schemas.errors import StoreUnavailable

_log = structlog.get_logger(__name__)


class Ticker:
    """Calls `tick` every few seconds until it is stopped, and `farewell` then.

    A store that does not answer is logged, and asked again at the next tick. Anything else is a
    mistake of ours: the thread ends, and `on_death` sees to it that this is noticed.
    """

    def __init__(
        self,
        name: str,
        tick: Callable[[], None],
        seconds: float,
        on_death: Callable[[], None],
        farewell: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._tick = tick
        self._seconds = seconds
        self._on_death = on_death
        self._farewell = farewell
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_end(self) -> None:
        """Waits for nothing: a handler of signals may call it."""
        self._over.set()

    def stop(self) -> None:
        self.ask_to_end()
        if self._thread.ident is not None:  # else it has never been started
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                self._try(self._tick)
                self._over.wait(self._seconds)
            self._try(self._farewell)
        finally:
            if not self._over.is_set():
                self._on_death()

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except StoreUnavailable as error:
            _log.warning("store_unavailable", thread=self._name, detail=str(error))
