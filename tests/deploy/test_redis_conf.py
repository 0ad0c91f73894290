import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import OutOfMemoryError

from tests.deploy.composing import DEPLOY
from vouch.cli.redis_server import redis_command, wait_for_redis


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with _redis(tmp_path) as (server, redis):
        redis.set("job", "queued")
        server.kill()
        server.wait()
    with _redis(tmp_path) as (_, redis):
        assert redis.get("job") == b"queued"


def test_a_full_redis_refuses_and_forgets_nothing(tmp_path: Path) -> None:
    with _redis(tmp_path) as (_, redis):
        assert redis.config_get("maxmemory") == {"maxmemory": str(2**30)}
        redis.set("job", "queued")
        redis.set("much", bytes(4_000_000))
        redis.config_set("maxmemory", "2mb")
        with pytest.raises(OutOfMemoryError):
            redis.set("more", b"1")
        assert redis.get("job") == b"queued"


@contextmanager
def _redis(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Redis]]:
    """A Redis with the configuration that is deployed; only the folder is another."""
    # the volume is where the container has it
    text = (DEPLOY / "redis.conf").read_text("utf-8").replace("dir /data", f"dir {folder}")
    configuration = folder / "redis.conf"
    configuration.write_text(text, "utf-8")
    # a socket's path may have 107 characters: pytest's own folders are too deep
    with tempfile.TemporaryDirectory(prefix="vouch-") as private:
        door = Path(private) / "redis.sock"
        binary, *_ = redis_command(folder, door)
        command = [binary, str(configuration), "--port", "0", "--unixsocket", str(door)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                assert wait_for_redis(f"unix://{door}")
                with Redis.from_url(f"unix://{door}") as redis:
                    yield server, redis
            finally:
                server.kill()
