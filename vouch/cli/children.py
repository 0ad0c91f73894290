"""Child processes that are kept alive, and stopped in order."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vouch.cli import leash
from vouch.schemas.errors import StackFailed
from vouch.schemas.statuses import CANNOT_START, RECYCLED

_LOOK_SECONDS = 0.2
_CRASH_WINDOW_SECONDS = 60.0
_MOST_CRASHES = 6
_LONGEST_PAUSE_SECONDS = 5.0


@dataclass(slots=True)
class Child:
    """One process, its log file, and when it died lately."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    kept_fds: tuple[int, ...] = ()
    grace_seconds: float = 5.0
    """How long it may take to stop before it is killed."""
    is_needed: bool = False
    """Whether the other children need it until their end."""
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it as a session of its own, so that Ctrl-C reaches only the parent."""
        on_leash = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *self.command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own command line
                on_leash,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self.kept_fds,
                start_new_session=True,
            )

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait for its end; kill it when its time is over."""
        if self.process is None:
            return
        try:
            self.process.wait(self.grace_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """The last line of its log: the `detail` of a JSON line, else the line."""
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        try:
            return str(json.loads(lines[-1])["detail"])
        except (ValueError, KeyError, TypeError):
            return lines[-1]


class Keeper:
    """Restarts children that die; gives up on one that dies again and again.

    A leash is tied to the thread that started its child: so the keeper's thread, which restarts
    children, also stops them, and ends last.
    """

    def __init__(self) -> None:
        self.failure: str | None = None
        self._children: list[Child] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()

    def add(self, child: Child) -> None:
        """Start a child and keep it running."""
        child.start()
        self._children.append(child)

    def pid(self, name: str) -> int:
        """The process that runs as `name` now."""
        running = {child.name: child.process for child in self._children}
        process = running[name]
        if process is None:
            raise StackFailed(f"{name} has not been started")
        return process.pid

    def check(self) -> None:
        """StackFailed when a child could not be kept running."""
        if self.failure is not None:
            raise StackFailed(self.failure)

    def wait(self) -> None:
        """Block for as long as all children can be kept running, then StackFailed."""
        while self.failure is None:
            time.sleep(_LOOK_SECONDS)
        self.check()

    def stop(self) -> None:
        """Stop all children: those that others need only when the others are gone."""
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            for child in tuple(self._children):
                status = None if child.process is None else child.process.poll()
                if status is not None and self.failure is None:
                    self._revive(child, status)
        for needed in (False, True):
            leaving = [child for child in self._children if child.is_needed == needed]
            for child in leaving:
                child.ask_to_end()
            for child in leaving:
                child.wait()

    def _revive(self, child: Child, status: int) -> None:
        if status == RECYCLED:
            child.start()
            return
        now = time.monotonic()
        child.deaths = [at for at in child.deaths if now - at < _CRASH_WINDOW_SECONDS] + [now]
        if status == CANNOT_START or len(child.deaths) >= _MOST_CRASHES:
            self.failure = f"{child.name} cannot run: {child.last_words()} (log: {child.log})"
            return
        pause = min(0.1 * 2 ** (len(child.deaths) - 1), _LONGEST_PAUSE_SECONDS)
        if not self._over.wait(pause):
            child.start()
