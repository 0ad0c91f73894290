"""What receivers of webhooks are told, and what became of each attempt to tell them."""

from datetime import datetime
from typing import Literal

from vouch.schemas.job import TERMINAL, Job, JobError, JobStatus
from vouch.schemas.record import Outcome
from vouch.schemas.value import Value

EventType = Literal["job.succeeded", "job.failed", "job.quarantined", "job.cancelled"]
DeliveryError = Literal["timeout", "unreachable", "not_http", "address_refused", "no_secret"]
"""Why an attempt has no status code."""


class Links(Value):
    """Where the receiver finds more: paths at the service, for which it needs an API key."""

    job: str
    record: str | None = None


class EndedJob(Value):
    """A job that has ended, without a word of its document."""

    id: str
    status: JobStatus
    decision: Outcome | None = None
    """What the caller should do with the record; None where there is none."""
    error: JobError | None = None
    schema_name: str
    batch: str | None = None
    retry_of: str | None = None
    created_at: datetime
    ended_at: datetime
    links: Links


class Event(Value):
    """The body of a webhook, of the form that the Standard Webhooks specification proposes."""

    type: EventType
    timestamp: datetime
    data: EndedJob


class Delivery(Value):
    """One attempt to tell a receiver. Neither what was sent nor what came back is kept."""

    webhook_id: str
    """The same for every attempt to tell the same event."""
    attempt: int
    at: datetime
    seconds: float
    status_code: int | None = None
    error: DeliveryError | None = None

    @property
    def answer(self) -> str:
        """What came back, coarsely: 2xx, 5xx, timeout, …"""
        return self.error or f"{(self.status_code or 0) // 100}xx"


class Deliveries(Value):
    """Every attempt of a job, oldest first."""

    deliveries: tuple[Delivery, ...]
    next_at: datetime | None = None
    """When the next attempt is due; None when there is none to come."""


class WebhookSecret(Value):
    """A tenant's new secret, told this once."""

    secret: str
    """whsec_ and the base64 of the key."""
    previous_valid_until: datetime | None = None
    """Until then the one before it signs too; None when it does not, or there was none."""


def webhook_id(job: Job) -> str:
    """Names the event that the job ended: a job that is replayed ends again, as another event."""
    return f"msg_{job.id}_{job.attempt}_{job.status}"


def event_of(job: Job, decision: Outcome | None) -> Event:
    """What a receiver is told of a job that has ended."""
    if job.status not in TERMINAL:
        raise ValueError("a job that has not ended is no event")
    path = f"/v1/jobs/{job.id}"
    ended = EndedJob(
        id=job.id,
        status=job.status,
        decision=decision,
        error=job.error,
        schema_name=job.options.schema_name,
        batch=job.batch,
        retry_of=job.retry_of,
        created_at=job.created_at,
        ended_at=job.updated_at,
        links=Links(job=path, record=f"{path}/record" if job.status == "succeeded" else None),
    )
    return Event.model_validate(
        {"type": f"job.{job.status}", "timestamp": job.updated_at, "data": ended}
    )
