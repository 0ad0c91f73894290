"""What the script `submit` takes, and why it may refuse."""

from collections.abc import Sequence

from vouch.schemas.errors import (
    IdempotencyConflict,
    InvalidRequest,
    QueueTooLong,
    QuotaSpent,
    RateLimited,
    VouchError,
)
from vouch.schemas.job import Job
from vouch.schemas.tenant import Terms
from vouch.storage.rows import RANK
from vouch.storage.settings import StorageSettings


def submit_arguments(
    job: Job, terms: Terms, body_digest: str, settings: StorageSettings
) -> list[str | float]:
    """Everything before the job's own fields."""
    return [
        job.id,
        job.tenant,
        RANK[job.priority],
        job.retention_seconds or settings.job_ttl_seconds,
        job.idempotency_key or "",
        body_digest,
        _or_none(terms.submits_per_minute),
        _or_none(terms.submits_per_day),
        _or_none(terms.waiting),
        _or_none(settings.promise_seconds),
        job.retry_of or "",
        job.batch or "",
        settings.jobs_per_worker,
        int(settings.overdue_seconds * 1000),
    ]


def can_be_refused(job: Job, terms: Terms, settings: StorageSettings) -> bool:
    """Whether there is anything that the script looks at before it keeps a job."""
    limits = (terms.submits_per_minute, terms.submits_per_day, terms.waiting)
    asked = (*limits, settings.promise_seconds, job.idempotency_key, job.retry_of)
    return any(each is not None for each in asked)


def refuse(answer: Sequence[str]) -> VouchError:
    """The error that a refusal of the script stands for."""
    why, milliseconds = answer[0], answer[1] if len(answer) > 1 else None
    error: VouchError
    match why:
        case "conflict":
            error = IdempotencyConflict("this Idempotency-Key was used with another request")
        case "no_such_job":
            error = InvalidRequest("`retry_of` names no job of yours")
        case "rate":
            error = RateLimited("more documents a minute than you may submit")
        case "quota":
            error = QuotaSpent("as many documents as you may submit in a day (UTC)")
        case "waiting":
            error = QuotaSpent("as many of your jobs wait in line as may")
        case _:
            error = QueueTooLong("the queue is too long for the promised time: try again later")
    error.retry_after = None if milliseconds is None else int(milliseconds) / 1000
    return error


def _or_none(limit: float | None) -> str | float:
    return "" if limit is None else limit
