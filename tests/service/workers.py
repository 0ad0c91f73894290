"""What workers do to a job, done by hand."""

from vouch.schemas.job import LEGS, Leg
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore


def work(attempts: AttemptStore, job_id: str, until: Leg = "conclude", attempt: int = 1) -> None:
    """Do a job's legs up to this one, which is claimed and not done."""
    for leg in LEGS[: LEGS.index(until)]:
        attempts.claim(job_id, attempt, leg)
        attempts.hand_over(job_id, attempt, leg, f"jobs/{job_id}/{leg}/a", 0.5)
    attempts.claim(job_id, attempt, until)


def finish(attempts: AttemptStore, job_id: str, record: Record, embedding: str = "") -> None:
    """Do all of a job."""
    work(attempts, job_id)
    attempts.succeed(job_id, 1, record, 0.5, embedding=embedding)
