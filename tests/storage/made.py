"""Jobs as tests of the job store need them."""

from vouch.schemas.job import LEGS, Job, JobError
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id

BROKEN = JobError(code="engine_failed", detail="the model raised", retryable=True)


def another(job: Job, **changes: object) -> Job:
    return job.model_copy(update={"id": new_job_id(), **changes})


async def done(
    jobs: JobStore, attempts: AttemptStore, job: Job, record: Record, embedding: str = ""
) -> None:
    """A job from submit to record."""
    await jobs.submit(job)
    for leg in LEGS[:-1]:
        attempts.claim(job.id, 1, leg)
        attempts.hand_over(job.id, 1, leg, f"jobs/{leg}", 0.5)
    attempts.claim(job.id, 1, "conclude")
    attempts.succeed(job.id, 1, record, 0.5, embedding=embedding)
