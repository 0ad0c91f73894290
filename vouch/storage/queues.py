"""The message queues: which leg runs where, and how a message gets there."""

from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Leg
from vouch.storage.settings import StorageSettings

QUEUE_OF: dict[Leg, str] = {
    "depict": "cpu",
    "perceive": "ocr",
    "interpret": "vlm",
    "conclude": "cpu",
}
QUEUES = ("cpu", "ocr", "vlm")

# Redis serves 0 first. A job that is nearly done goes before one that has just come: else the
# first of a thousand jobs would be finished only after the last one's pages were decoded.
_BEGUN, _NEW = 0, 5


def task_name(leg: Leg) -> str:
    """Celery's name of a leg: enough to publish it without importing a worker."""
    return f"vouch.{leg}"


def open_queues(settings: StorageSettings) -> Celery:
    """A Celery application that knows the queues and no task; nothing is connected yet."""
    app = Celery("vouch", broker=_broker_url(settings.redis_url), set_as_current=False)
    app.conf.update(_configuration(settings))
    return app


def publish(app: Celery, leg: Leg, job_id: str, attempt: int) -> None:
    """Ask for a leg of a job. StoreUnavailable when the broker does not answer."""
    try:
        app.send_task(
            task_name(leg),
            kwargs={"job_id": job_id, "attempt": attempt},
            queue=QUEUE_OF[leg],
            priority=_NEW if leg == "depict" else _BEGUN,
            ignore_result=True,
        )
    except (OperationalError, OSError) as error:
        raise StoreUnavailable("the message queue did not answer") from error


def _broker_url(redis_url: str) -> str:
    """Kombu has its own name for Redis behind a Unix socket."""
    return redis_url.replace("unix://", "redis+socket://", 1)


def _configuration(settings: StorageSettings) -> dict[str, Any]:
    return {
        "accept_content": ["json"],
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": settings.visibility_timeout_seconds,
            "priority_steps": [_BEGUN, _NEW],
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
