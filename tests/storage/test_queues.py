"""Messages: small, in order of rank, and published also after the broker has been away."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.eventually import eventually
from vouch.cli.redis_server import redis_command, wait_for_redis
from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Ticket
from vouch.storage.keys import new_job_id
from vouch.storage.queues import QUEUE_OF, QUEUES, open_queues, publish, task_name
from vouch.storage.settings import StorageSettings


def test_every_leg_has_a_queue_that_exists() -> None:
    assert set(QUEUE_OF.values()) == set(QUEUES)


def test_what_has_begun_goes_first_and_then_what_has_a_higher_rank(
    storage: StorageSettings,
) -> None:
    app = open_queues(storage)
    low, high = (Ticket(leg="depict", job_id=new_job_id(), attempt=1, rank=at) for at in (2, 0))
    begun_low = Ticket(leg="conclude", job_id=new_job_id(), attempt=3, rank=2)
    begun_high = begun_low.model_copy(update={"rank": 0, "job_id": new_job_id()})
    publish(app, low, high, begun_low, begun_high)
    with app.connection_for_read() as connection, connection.SimpleQueue("cpu") as queue:
        messages = [queue.get(timeout=5) for _ in range(4)]
    said = [(message.headers["task"], message.payload[1]["job_id"]) for message in messages]
    assert said == [
        (task_name(ticket.leg), ticket.job_id) for ticket in (begun_high, begun_low, high, low)
    ]
    assert messages[0].payload[1] == {"job_id": begun_high.job_id, "attempt": 3}


def test_a_message_is_small_and_can_be_read_by_any_version(
    storage: StorageSettings, redis: Redis
) -> None:
    publish(open_queues(storage), Ticket(leg="perceive", job_id=new_job_id(), attempt=2, rank=0))
    (message,) = redis.lrange("ocr", 0, -1)
    assert '"content-type": "application/json"' in str(message)
    assert len(str(message)) < 500


def test_without_redis_nothing_is_published() -> None:
    nowhere = StorageSettings(redis_url="unix:///nonexistent/redis.sock")
    with pytest.raises(StoreUnavailable):
        publish(open_queues(nowhere), Ticket(leg="depict", job_id=new_job_id(), attempt=1))


@pytest.fixture
def folder() -> Iterator[Path]:
    # a socket's path may have 107 characters: pytest's own folders are too deep
    with tempfile.TemporaryDirectory(prefix="vouch-") as folder:
        yield Path(folder)


def start(folder: Path) -> subprocess.Popen[bytes]:
    door = folder / "redis.sock"
    server = subprocess.Popen(redis_command(folder, door), stdout=subprocess.DEVNULL)
    assert wait_for_redis(f"unix://{door}")
    return server


def test_connections_that_have_gone_stale_are_made_anew(folder: Path) -> None:
    """Two threads have published; Redis is killed and comes back; both publish again."""
    settings = StorageSettings(redis_url=f"unix://{folder / 'redis.sock'}")
    ticket = Ticket(leg="interpret", job_id=new_job_id(), attempt=1)
    server = start(folder)
    try:
        with open_queues(settings) as app, ThreadPoolExecutor(2) as threads:
            for _ in range(2):
                list(threads.map(lambda each: publish(app, each), [ticket] * 20))
                server.send_signal(signal.SIGKILL)
                server.wait()
                with pytest.raises(StoreUnavailable):
                    publish(app, ticket)
                server = start(folder)
            list(threads.map(lambda each: publish(app, each), [ticket] * 20))
        with Redis.from_url(settings.redis_url) as redis:
            eventually(lambda: redis.llen("vlm\x06\x161") >= 20)
    finally:
        server.kill()
        server.wait()


def test_a_message_is_done_with_also_where_its_broker_is_gone(folder: Path) -> None:
    """Else it would count as under way for ever, and its worker would take no other one."""
    settings = StorageSettings(redis_url=f"unix://{folder / 'redis.sock'}")
    server = start(folder)
    try:
        with open_queues(settings) as app, app.connection_for_read() as connection:
            publish(app, Ticket(leg="interpret", job_id=new_job_id(), attempt=1))
            channel: Any = connection.channel()
            channel.basic_qos(prefetch_count=1)
            with connection.SimpleQueue("vlm", channel=channel) as queue:
                message = queue.get(timeout=5)
                assert not channel.qos.can_consume()
                server.kill()
                server.wait()
                message.ack()
                assert channel.qos.can_consume()
    finally:
        server.kill()
        server.wait()
