"""The message queues: which leg runs where, and how a message gets there.

A message only says that a leg of an attempt is due. Whether it is, and whose, is decided in Redis
when a worker claims it: a message that is lost, late, stale or there twice does no harm.
"""

from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Leg, Ticket
from vouch.storage.settings import StorageSettings

QUEUE_OF: dict[Leg, str] = {
    "depict": "cpu",
    "perceive": "ocr",
    "interpret": "vlm",
    "conclude": "cpu",
}
QUEUES = ("cpu", "ocr", "vlm")

_RANKS = 3
"""high, normal, low."""
_SEPARATOR = "\x06\x16"
"""What kombu puts between a queue's name and a priority."""
_ANSWER_SECONDS = 5.0
"""How long Redis may take before a connection counts as lost."""
_RETRIES = {"max_retries": 3, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
_CONFIGURATION: dict[str, Any] = {
    "accept_content": ["json"],
    "broker_channel_error_retry": True,
    "broker_connection_max_retries": None,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        # Leases bring back whatever dies with its worker, so a message is done with when it is
        # taken. Kombu would keep it until it is acknowledged; where that fails with a broken
        # connection, the message counts as under way for ever and its worker takes no other.
        "ack_emulation": False,
        "priority_steps": list(range(2 * _RANKS)),
        "socket_connect_timeout": _ANSWER_SECONDS,
        "socket_keepalive": True,
        "socket_timeout": _ANSWER_SECONDS,
    },
    "enable_utc": True,
    "task_acks_late": True,
    "task_default_queue": "cpu",
    "task_ignore_result": True,
    "task_serializer": "json",
    "timezone": "UTC",
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_enable_remote_control": False,  # its reply keys have no TTL (celery#6089)
    "worker_hijack_root_logger": False,
    "worker_prefetch_multiplier": 1,
    "worker_send_task_events": False,
}


def task_name(leg: Leg) -> str:
    """Celery's name of a leg: enough to publish it without importing a worker."""
    return f"vouch.{leg}"


def lists_of(queue: str) -> tuple[str, ...]:
    """The Redis lists in which a queue's messages wait, one a priority, as kombu names them."""
    return (queue, *(f"{queue}{_SEPARATOR}{step}" for step in range(1, 2 * _RANKS)))


def open_queues(settings: StorageSettings) -> Celery:
    """A Celery application that knows the queues and no task; nothing is connected yet."""
    app = Celery("vouch", broker=_broker_url(settings.redis_url), set_as_current=False)
    app.conf.update(_CONFIGURATION)
    return app


def publish(app: Celery, *tickets: Ticket) -> None:
    """Ask for legs. StoreUnavailable when the broker does not answer; from any thread.

    A ticket that could not be published is given again by a reaper.
    """
    if not tickets:
        return
    try:
        with app.producer_pool.acquire(block=True, timeout=_ANSWER_SECONDS) as producer:
            for ticket in tickets:
                _send(producer, ticket)
    except (OperationalError, OSError) as error:
        raise StoreUnavailable("the message queue did not answer") from error


def _send(producer: Any, ticket: Ticket) -> None:  # noqa: ANN401  # kombu has no types
    """One message of Celery's protocol 2, with no more headers than a worker needs.

    `Celery.send_task` would add some 500 bytes that nobody reads.
    """
    producer.publish(
        ([], {"job_id": ticket.job_id, "attempt": ticket.attempt}, {}),
        headers={"task": task_name(ticket.leg), "id": f"{ticket.job_id}.{ticket.attempt}"},
        exchange="",
        routing_key=QUEUE_OF[ticket.leg],
        serializer="json",
        priority=_priority(ticket),
        retry=True,
        retry_policy=_RETRIES,
    )


def _priority(ticket: Ticket) -> int:
    """Redis serves 0 first. A job that is nearly done goes before one that has just come: else the
    first of a thousand jobs would be finished only after the last one's pages were decoded.
    """
    return ticket.rank + (_RANKS if ticket.leg == "depict" else 0)


def _broker_url(redis_url: str) -> str:
    """Kombu has its own name for Redis behind a Unix socket."""
    return redis_url.replace("unix://", "redis+socket://", 1)
