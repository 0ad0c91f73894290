"""Several documents that were submitted together."""

from vouch.schemas.job import JobStatus, JobView
from vouch.schemas.value import Value


class BatchFile(Value):
    """What became of one file: its job, or why it was refused."""

    filename: str | None
    job: str | None = None
    """The id of its job."""
    code: str | None = None
    """Why there is no job: the code of a problem."""
    detail: str | None = None
    retry_after: float | None = None
    """Seconds after which the file can be sent again; None where nobody knows."""


class BatchTaken(Value):
    """What became of the files of a batch, in the order in which they were sent."""

    id: str
    files: tuple[BatchFile, ...]


class BatchView(Value):
    """How far a batch is."""

    id: str
    counts: dict[JobStatus, int]
    """Its jobs by status."""
    jobs: tuple[JobView, ...]
    """In order of creation, without records and places in line."""
