"""The folder that a stack keeps everything in: who uses it, and where its Redis is."""

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vouch.cli.redis_server import redis_command, wait_for_redis
from vouch.schemas.errors import StackFailed

_NOTE = "redis.url"


@contextmanager
def sole_use(data_dir: Path) -> Iterator[None]:
    """Two Redis servers on one file would ruin it. StackFailed when the folder is in use."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackFailed(
                f"another vouch runs on {data_dir}: name another --data-dir"
            ) from None
        yield


@contextmanager
def redis_noted(data_dir: Path, redis_url: str) -> Iterator[None]:
    """While the block lasts, this user's other commands find the Redis of the running stack."""
    note = data_dir / _NOTE
    note.unlink(missing_ok=True)
    # created for this user alone: the URL may hold a password
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(redis_url)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


@contextmanager
def redis_of(data_dir: Path) -> Iterator[str]:
    """The URL of the Redis to configure: REDIS_URL, else that of the stack that runs on this
    folder, else one that is started on its file for as long as the block lasts. StackFailed.
    """
    configured = os.environ.get("REDIS_URL") or _running(data_dir.resolve())
    if configured:
        yield configured
        return
    with sole_use(data_dir.resolve()), _redis_on(data_dir.resolve()) as url:
        yield url


def redis_folder(data_dir: Path) -> Path:
    """Where the Redis that comes along keeps its file: records, so for this user alone."""
    folder = data_dir / "redis"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    return folder


def _running(data_dir: Path) -> str | None:
    """The Redis of the stack on this folder; None, too, for the note of one that was killed."""
    try:
        url = (data_dir / _NOTE).read_text()
    except FileNotFoundError:
        return None
    try:
        with sole_use(data_dir):
            return None
    except StackFailed:
        return url


@contextmanager
def _redis_on(data_dir: Path) -> Iterator[str]:
    # a socket's path may have 107 characters, and a data_dir may have more
    with tempfile.TemporaryDirectory(prefix="vouch-") as private:
        door = Path(private) / "redis.sock"
        command = redis_command(redis_folder(data_dir), door)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603  # ours
            try:
                if not wait_for_redis(f"unix://{door}"):
                    raise StackFailed(f"redis cannot be started on {data_dir}")
                yield f"unix://{door}"
            finally:
                server.terminate()
