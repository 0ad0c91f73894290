"""Jobs whose pictures look like another job's."""

from datetime import datetime

from pydantic import Field

from vouch.schemas.value import Value


class SimilarJob(Value):
    """A job whose picture looks like the one that was asked about."""

    id: str
    similarity: float = Field(
        ge=-1, le=1, description="Cosine of what a picture model makes of both; 1: the same."
    )
    schema_name: str = Field(description="What the job was asked to look for.")
    filename: str | None = None
    created_at: datetime


class SimilarJobs(Value):
    """The jobs most alike, the likest first."""

    jobs: tuple[SimilarJob, ...]
    compared: int = Field(description="How many jobs were compared: the newest, at most 1000.")
