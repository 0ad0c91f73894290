"""A job: the caller's wish for one document, and how far it is."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from vouch.schemas.record import Record, Task
from vouch.schemas.value import Value

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
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
TERMINAL: frozenset[JobStatus] = frozenset({"succeeded", "failed", "cancelled"})


class Options(Value):
    """What a caller asks of a document."""

    task: Task = "extract"
    schema_name: str = "receipt"
    """A built-in or stored schema, or what the caller calls the one sent along."""
    json_schema: dict[str, Any] | None = None
    """The schema itself; None for a built-in one."""
    schema_version: str | None = None
    """Of a stored schema; None for others."""
    readers: Readers = "both"
    target_precision: float | None = None
    """Probability that each accepted value must have; None means the schema's policy decides."""


class JobError(Value):
    """Why a job failed: `code` of the error tree and a sentence without document text."""

    code: str
    detail: str
    retryable: bool = False


class Job(Value):
    """The state of a job as the job store keeps it."""

    id: str
    status: JobStatus
    stage: Stage | None = None
    progress: float = 0.0
    """0 to 1, by stages done."""
    attempt: int = 1
    """The fencing token: a write with an older attempt is refused."""
    options: Options
    filename: str | None = None
    upload: str
    """Blob key of the uploaded bytes."""
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
    attempt: int
    options: Options
    filename: str | None = None
    created_at: datetime
    updated_at: datetime
    error: JobError | None = None
    """Why the job failed; None unless it did."""
    record: Record | None = None
    """What the job was for; None until it succeeded."""
