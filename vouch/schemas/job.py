"""A job: the caller's wish for one document, and how far it is."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from vouch.schemas.record import Record, Task
from vouch.schemas.redaction import Kinds
from vouch.schemas.tenant import LOCAL
from vouch.schemas.value import Value

JobStatus = Literal["queued", "running", "succeeded", "failed", "quarantined", "cancelled"]
Priority = Literal["low", "normal", "high"]
Stage = Literal[
    "ingest", "assess", "read", "segment", "route", "extract",
    "read_rules", "ground", "check", "score", "decide",
]  # fmt: skip
STAGES: tuple[Stage, ...] = (
    "ingest", "assess", "read", "segment", "route", "extract",
    "read_rules", "ground", "check", "score", "decide",
)  # fmt: skip
Readers = Literal["both", "rules", "vlm"]
"""Who reads: the rules, the vision-language model, or each for itself and then compared."""
Leg = Literal["depict", "perceive", "interpret", "conclude"]
"""What one Celery task does of the whole line: see `workers.pipeline`."""
LEGS: tuple[Leg, ...] = ("depict", "perceive", "interpret", "conclude")
TERMINAL: frozenset[JobStatus] = frozenset({"succeeded", "failed", "quarantined", "cancelled"})


class Options(Value):
    """What a caller asks of a document."""

    task: Task = "extract"
    schema_name: str = "receipt"
    """A built-in or stored schema, or what the caller calls the one sent along."""
    json_schema: dict[str, Any] | None = None
    """The schema itself; None for a built-in one."""
    schema_version: str | None = None
    """Of a stored schema; None for others."""
    question: str | None = None
    """Of the task `ask`, in the caller's words."""
    locate: str | None = None
    """Of the task `locate`: what is sought, in the caller's words."""
    pages: str | None = None
    """Those that are looked at, as in "1-3,7"; None: all."""
    ignore_embedded: bool = False
    """Whether invoice data inside a PDF are left alone, rather than compared with the print."""
    readers: Readers = "both"
    target_precision: float | None = None
    """Probability that each accepted value must have; None means the schema's policy decides."""
    redact: Kinds | None = None
    """What is masked in the record and its pages before anybody sees them; None: nothing."""


def asking(question: str) -> Options:
    """A question about a picture."""
    return Options(task="ask", schema_name="answer", question=question)


def locating(sought: str) -> Options:
    """A thing that is to be found on a screen."""
    return Options(task="locate", schema_name="location", locate=sought)


class JobError(Value):
    """Why a job failed: `code` of the error tree and a sentence without document text."""

    code: str
    detail: str
    retryable: bool = False


class Job(Value):
    """The state of a job as the job store keeps it."""

    id: str
    tenant: str = LOCAL
    status: JobStatus
    leg: Leg = "depict"
    """What is done now, or next."""
    stage: Stage | None = None
    progress: float = 0.0
    """0 to 1, by stages done."""
    pages: int | None = None
    """Of the document; None until they have been counted."""
    pages_read: int = 0
    attempt: int = 1
    """The fencing token: a write with an older attempt is refused."""
    failures: int = 0
    """How often the present leg was begun and did not finish."""
    options: Options
    priority: Priority = "normal"
    filename: str | None = None
    upload: str
    """Blob key of the uploaded bytes."""
    batch: str | None = None
    retry_of: str | None = None
    """The job whose document this one shows better."""
    retried_by: str | None = None
    callback_url: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    """Where the job's trace began (W3C Trace Context)."""
    retention_seconds: int | None = None
    """How long it is kept after the last change; None: as the service's settings say."""
    idempotency_key: str | None = None
    """Redis key that leads callers who repeat the request here; purged with the job."""
    reuse_key: str | None = None
    """Redis key under which the record answers later jobs for the same document."""
    created_at: datetime
    updated_at: datetime
    error: JobError | None = None
    hand_overs: dict[Leg, str] = Field(default_factory=dict)
    """Blob key of what each finished leg found: a leg that stands here is not run again."""


class JobView(Value):
    """A job as callers see it over HTTP."""

    id: str
    status: JobStatus
    stage: Stage | None = None
    progress: float
    """0 to 1, by stages done."""
    pages: int | None = None
    """Of the document; None until they have been counted."""
    pages_read: int = 0
    attempt: int
    position: int | None = None
    """How many jobs go before it, 0 for the next one; None unless it is queued."""
    eta_seconds: float | None = None
    """Until it is finished, as stages took lately; None when it is, or nothing was measured."""
    options: Options
    priority: Priority = "normal"
    filename: str | None = None
    batch: str | None = None
    retry_of: str | None = None
    retried_by: str | None = None
    created_at: datetime
    updated_at: datetime
    error: JobError | None = None
    """Why the job failed; None unless it did."""
    record: Record | None = None
    """What the job was for; None until it succeeded."""


class JobList(Value):
    """Some of a tenant's jobs, newest first, without their records."""

    jobs: tuple[JobView, ...]
    cursor: str | None = None
    """For the next page of the list; None at its end."""


class Ticket(Value):
    """A message to be published: which leg of which attempt of a job is due."""

    leg: Leg
    job_id: str
    attempt: int
    rank: int = 1
    """0 goes first: the job's priority."""
