import pytest
from redis import Redis

from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Leg
from vouch.storage.queues import QUEUE_OF, QUEUES, open_queues, publish, task_name
from vouch.storage.settings import StorageSettings


def test_every_leg_has_a_queue_that_exists() -> None:
    assert set(QUEUE_OF.values()) == set(QUEUES)


def test_a_job_that_is_nearly_done_goes_first(storage: StorageSettings) -> None:
    app = open_queues(storage)
    sent: list[tuple[Leg, str]] = [("depict", "a"), ("depict", "b"), ("conclude", "c")]
    for leg, job_id in sent:
        publish(app, leg, job_id, 1)
    with app.connection_for_read() as connection, connection.SimpleQueue("cpu") as queue:
        messages = [queue.get(timeout=5) for _ in sent]
    assert [message.headers["task"] for message in messages] == [
        task_name("conclude"),
        task_name("depict"),
        task_name("depict"),
    ]
    assert messages[0].payload[1] == {"job_id": "c", "attempt": 1}


def test_a_message_can_be_read_by_any_version(storage: StorageSettings, redis: Redis) -> None:
    publish(open_queues(storage), "perceive", "a", 2)
    (message,) = redis.lrange("ocr", 0, -1)
    assert '"content-type": "application/json"' in str(message)


def test_without_redis_nothing_is_published() -> None:
    nowhere = StorageSettings(redis_url="unix:///nonexistent/redis.sock")
    with pytest.raises(StoreUnavailable):
        publish(open_queues(nowhere), "depict", "a", 1)
