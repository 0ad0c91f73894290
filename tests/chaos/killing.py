"""Killing processes of a stack at random moments, and noting what they had in hand."""

import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis
from redis.exceptions import RedisError

from tests.chaos.history import Held, legs_in_hand, note_death
from vouch.cli.stack import Stack
from vouch.storage.keys import live_key
from vouch.storage.queues import QUEUES

_GLANCE = 0.1
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Kill:
    """A worker that was killed."""

    at: float
    """Seconds since 1970, as the logs have it."""
    name: str
    held: tuple[Held, ...]
    """Legs that it had begun and not ended."""


def process_of(stack: Stack, name: str) -> subprocess.Popen[bytes]:
    """The process that runs as `name`; signals to a dead one go nowhere."""
    running = {child.name: child.process for child in stack.keeper._children}
    process = running[name]
    assert process is not None
    return process


def names_of(stack: Stack) -> list[str]:
    """All processes of a stack but Redis."""
    return [child.name for child in stack.keeper._children if child.name != "redis"]


def kill(stack: Stack, name: str) -> Kill | None:
    """SIGKILL, after a look at what it has in hand; None when it is dead just now."""
    process, log = process_of(stack, name), stack.logs / f"{name}.log"
    process.send_signal(signal.SIGSTOP)  # so that what it holds now is what it takes along
    held = legs_in_hand(log)
    at = time.time()
    if process.poll() is not None:
        return None
    process.kill()
    process.wait()
    note_death(log)
    return Kill(at, name, held)


def ready_workers(stack: Stack) -> list[str]:
    """Those that have said that they are alive: one that only starts has no job to lose."""
    workers = [name for name in names_of(stack) if name != "api"]
    try:
        with Redis.from_url(stack.redis_url, decode_responses=True, socket_timeout=1.0) as redis:
            live = {str(one) for queue in QUEUES for one in redis.zrange(live_key(queue), 0, -1)}
    except RedisError:
        return []
    ids = {one.partition("@")[0] for one in live}
    return [name for name in workers if f"{name.partition('-')[0]}-{stack.pid(name)}" in ids]


@dataclass
class Killer:
    """Kills who is ready, again and again, until told to stop; restarts Redis twice on the way."""

    stack: Stack
    seed: int
    pause: tuple[float, float]
    """Seconds between two deaths, at least and at most."""
    progress: Callable[[], float]
    """From 0 to 1."""
    kills: list[Kill] = field(default_factory=list)
    redis_restarts: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Killer":
        self._thread = threading.Thread(target=self._run, name="killer")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        chance = random.Random(self.seed)
        restarts = [(1 / 4, signal.SIGTERM), (1 / 2, signal.SIGKILL)]
        death = time.monotonic() + chance.uniform(*self.pause)
        while not self._over.wait(_GLANCE):  # jobs may end in bursts: progress is looked at often
            if restarts and self.progress() >= restarts[0][0]:
                process_of(self.stack, "redis").send_signal(restarts.pop(0)[1])
                self.redis_restarts += 1
            elif time.monotonic() >= death:
                self._kill_one(chance)
            else:
                continue
            death = time.monotonic() + chance.uniform(*self.pause)

    def _kill_one(self, chance: random.Random) -> None:
        workers = ready_workers(self.stack)
        if killed := kill(self.stack, chance.choice(workers * 2 + ["api"])):
            self.kills.append(killed)
