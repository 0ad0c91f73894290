"""The whole of Vouch on one machine, for as long as a block lasts: Redis, workers, service."""

import os
import shlex
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import httpx

from vouch.cli.children import Child, Keeper
from vouch.cli.data_dir import redis_folder, redis_noted, sole_use
from vouch.cli.environment import check_environment
from vouch.cli.redis_server import redis_command, wait_for_redis
from vouch.schemas.errors import StackFailed
from vouch.service.exposure import MAKE_A_KEY, check_exposure
from vouch.storage.keyring import Keyring
from vouch.storage.queues import QUEUES
from vouch.storage.settings import StorageSettings

READY_SECONDS = 180.0
"""Loading OCR takes seconds on an idle machine, a minute on a busy one."""
VISION_SECONDS = 1800.0
"""More for a vision-language model: its weights may have to be fetched."""

_LOCAL = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # names, not a bind
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running Vouch."""

    url: str
    redis_url: str
    logs: Path
    keeper: Keeper

    def wait(self) -> None:
        """Block until something cannot be kept running: StackFailed."""
        self.keeper.wait()

    def pid(self, name: str) -> int:
        """The process that runs as `name` now: redis, cpu, ocr, vlm, api, or cpu-2, …"""
        return self.keeper.pid(name)


@contextmanager
def running_stack(
    data_dir: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    say: Say = lambda _: None,
    workers: int = 1,
) -> Iterator[Stack]:
    """Start everything, wait until it is ready, and stop it when the block is left.

    Port 0 takes a free one. Redis is brought along unless REDIS_URL names one. `say` hears one line
    for each step. Every queue has so many `workers`: cpu, cpu-2, cpu-3, …

    StackFailed when the port or the folder is taken, a setting is wrong, or a process cannot run;
    UnsafeExposure when `host` is reached from elsewhere and there is no API key.
    """
    check_environment()
    data_dir = data_dir.resolve()
    logs = data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as cleanup:
        cleanup.enter_context(sole_use(data_dir))
        door = cleanup.enter_context(_listening(host, port))
        # a socket's path may have 107 characters, and a data_dir may have more
        private = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="vouch-")))
        keeper = Keeper()
        cleanup.callback(keeper.stop)
        redis_url = os.environ.get("REDIS_URL") or _own_redis(data_dir, private, keeper)
        cleanup.enter_context(redis_noted(data_dir, redis_url))
        _check_exposure(door, redis_url, data_dir)
        say("redis answers")
        environment = _environment(data_dir, redis_url)
        sightless = _without_vision(environment)
        for queue, number in product(QUEUES, range(1, workers + 1)):
            command = [sys.executable, "-m", "vouch.workers.tasks", queue]
            own = environment if queue == "vlm" else sightless
            name = queue if number == 1 else f"{queue}-{number}"
            keeper.add(Child(name, command, own, logs / f"{name}.log", grace_seconds=10))
        fd = door.fileno()
        command = [sys.executable, "-m", "vouch.service", "--fd", str(fd)]
        keeper.add(Child("api", command, sightless, logs / "api.log", kept_fds=(fd,)))
        url = f"http://{_LOCAL.get(host, host)}:{door.getsockname()[1]}"
        patience = READY_SECONDS + (VISION_SECONDS if environment.get("VOUCH_VLM") else 0)
        _wait_until_ready(url, keeper, say, patience)
        keeper.trust()
        yield Stack(url, redis_url, logs, keeper)


def _own_redis(data_dir: Path, private: Path, keeper: Keeper) -> str:
    """Start the Redis that comes along, behind a socket that only this user can reach."""
    door = private / "redis.sock"
    log = data_dir / "logs" / "redis.log"
    command = redis_command(redis_folder(data_dir), door)
    keeper.add(Child("redis", command, dict(os.environ), log, is_needed=True))
    url = f"unix://{door}"
    if not wait_for_redis(url):
        keeper.check()
        raise StackFailed(f"redis does not answer (log: {log})")
    return url


def _check_exposure(door: socket.socket, redis_url: str, data_dir: Path) -> None:
    """UnsafeExposure, with the very command that mends it."""
    place = "" if os.environ.get("REDIS_URL") else f" --data-dir {shlex.quote(str(data_dir))}"
    with Keyring.at(StorageSettings(redis_url=redis_url)) as keyring:
        check_exposure([door], keyring, MAKE_A_KEY + place)


def _environment(data_dir: Path, redis_url: str) -> dict[str, str]:
    own = {"REDIS_URL": redis_url, "VOUCH_BLOBS": str(data_dir / "blobs")}
    return {**own, **os.environ}


def _without_vision(environment: Mapping[str, str]) -> dict[str, str]:
    """For processes that have no use for the vision-language model and the key of its server."""
    return {
        name: value
        for name, value in environment.items()
        if name != "VOUCH_VLM" and not name.startswith("VOUCH_VISION__")
    }


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The service's socket is ours, so that a restart of the service refuses nobody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise StackFailed(f"cannot listen on {host}:{port}: {error.strerror}") from None
    with door:
        yield door


def _wait_until_ready(url: str, keeper: Keeper, say: Say, patience: float) -> None:
    """Poll /readyz and say what has become ready."""
    waiting = {f"worker:{queue}" for queue in QUEUES}
    deadline = time.monotonic() + patience
    with httpx.Client(base_url=url, timeout=10.0, trust_env=False) as client:
        while time.monotonic() < deadline:
            keeper.check()
            missing = _missing(client)
            if missing is not None:
                for part in sorted(waiting - missing):
                    say(f"{part} is ready")
                waiting &= missing
                if not missing:
                    return
            time.sleep(0.1)
    raise StackFailed(f"not ready after {patience:.0f} s: {', '.join(sorted(waiting))}")


def _missing(client: httpx.Client) -> set[str] | None:
    """What /readyz says is missing; None while the service gives no such answer."""
    try:
        answer = client.get("/readyz")
    except httpx.TransportError:
        return None
    if answer.is_success:
        return set()
    return (
        set(answer.json()["missing"])
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        else None
    )
