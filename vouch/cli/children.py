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
_REST_SECONDS = (0.1, 5.0)
"""How long a dead child rests: the first time, and at most, as it doubles each time."""


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
    rests_until: float | None = None
    """When a dead child is started again; None for one that is alive, or newly dead."""

    def start(self) -> None:
        """Start it as a session of its own, so that Ctrl-C reaches only the parent."""
        self.rests_until = None
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

    But once all have worked, one that a signal has killed was killed by what it worked on: a
    document that crashes a decoder, or takes all memory. The job store sees to it that this job
    ends, and everybody else's goes on.

    A leash is tied to the thread that started its child: so the keeper's thread, which restarts
    children, also stops them, and ends last.
    """

    def __init__(self, rest_seconds: tuple[float, float] = _REST_SECONDS) -> None:
        self.failure: str | None = None
        self._first_rest, self._longest_rest = rest_seconds
        self._all_have_worked = False
        self._children: list[Child] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()

    def add(self, child: Child) -> None:
        """Start a child and keep it running."""
        child.start()
        self._children.append(child)

    def trust(self) -> None:
        """All children have been seen to work."""
        self._all_have_worked = True

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
                    self._revive(child, status, time.monotonic())
        for needed in (False, True):
            leaving = [child for child in self._children if child.is_needed == needed]
            for child in leaving:
                child.ask_to_end()
            for child in leaving:
                child.wait()

    def _revive(self, child: Child, status: int, now: float) -> None:
        if status == RECYCLED or (child.rests_until is not None and now >= child.rests_until):
            child.start()
        elif child.rests_until is None:
            self._mourn(child, status, now)

    def _mourn(self, child: Child, status: int, now: float) -> None:
        """Let a newly dead child rest, longer each time; or give up."""
        child.deaths = [at for at in child.deaths if now - at < _CRASH_WINDOW_SECONDS] + [now]
        was_killed = status < 0 and self._all_have_worked
        dies_again_and_again = len(child.deaths) >= _MOST_CRASHES and not was_killed
        if status == CANNOT_START or dies_again_and_again:
            self.failure = f"{child.name} cannot run: {child.last_words()} (log: {child.log})"
            return
        doublings = min(len(child.deaths), _MOST_CRASHES) - 1
        child.rests_until = now + min(self._first_rest * 2.0**doublings, self._longest_rest)
