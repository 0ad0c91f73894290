"""Is this machine's worker alive? `python -m vouch.workers.tasks.alive cpu|ocr|vlm` exits with 0.

For the health checks of containers: a worker has no port to ask. It says in Redis that it is alive,
with its engines loaded, and under the name of its host.
"""

import socket
import sys

from redis import Redis

from vouch.schemas.errors import StoreUnavailable
from vouch.storage.keys import live_key
from vouch.storage.queues import QUEUES
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import connection_options, redis_answering


def main() -> None:
    """Exit status 0 when it is; else 1, and why."""
    if len(sys.argv) != 2 or sys.argv[1] not in QUEUES:
        sys.exit(f"usage: python -m vouch.workers.tasks.alive {'|'.join(QUEUES)}")
    queue = sys.argv[1]
    try:
        is_alive = has_live_worker(StorageSettings().redis_url, queue, socket.gethostname())
    except StoreUnavailable as error:
        sys.exit(str(error))
    if not is_alive:
        sys.exit(f"no worker of the queue {queue!r} on this machine says that it is alive")


def has_live_worker(redis_url: str, queue: str, host: str) -> bool:
    """Whether a worker of the host has said so lately, by Redis's clock. StoreUnavailable."""
    with (
        redis_answering(),
        Redis.from_url(redis_url, **connection_options(redis_url)) as redis,
    ):
        seconds, microseconds = redis.time()
        now = seconds * 1000 + microseconds // 1000
        live = redis.zrangebyscore(live_key(queue), now, "+inf")
    return any(worker.rpartition("@")[2] == host for worker in live)


if __name__ == "__main__":
    main()
