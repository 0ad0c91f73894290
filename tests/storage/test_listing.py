from datetime import UTC, datetime, timedelta

import pytest

from vouch.schemas.errors import InvalidRequest, JobNotFound
from vouch.schemas.job import Job, JobError
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.listing import Wanted, batch_ids, jobs_of, listed


async def some(jobs: JobStore, job: Job, number: int, **changes: object) -> list[str]:
    """So many jobs; their ids, newest first."""
    ids = []
    for _ in range(number):
        made = job.model_copy(update={"id": new_job_id(), **changes})
        ids.append((await jobs.submit(made)).job_id)
    return sorted(ids, reverse=True)


async def test_a_list_goes_through_all_jobs_newest_first(jobs: JobStore, job: Job) -> None:
    made = await some(jobs, job, 7)
    await some(jobs, job, 3, tenant="other")
    seen: list[str] = []
    cursor = None
    while True:
        page, cursor = await listed(jobs.redis, "local", Wanted(), cursor, limit=3)
        seen += [each.id for each in page]
        if cursor is None:
            break
    assert seen == made


async def test_a_list_can_be_narrowed(jobs: JobStore, attempts: AttemptStore, job: Job) -> None:
    made = await some(jobs, job, 5)
    attempts.claim(made[2], 1, "depict")
    attempts.fail(made[2], 1, JobError(code="x", detail="y"))
    batch = new_job_id()
    in_batch = await some(jobs, job, 2, batch=batch)
    wishes = {
        Wanted(status="failed"): [made[2]],
        Wanted(batch=batch): in_batch,
        Wanted(schema_name="invoice"): [],
        Wanted(since=datetime.now(UTC) + timedelta(hours=1)): [],
        Wanted(since=datetime.now(UTC) - timedelta(hours=1)): in_batch + made,
    }
    for wanted, expected in wishes.items():
        page, cursor = await listed(jobs.redis, "local", wanted)
        assert ([each.id for each in page], cursor) == (expected, None)
    assert await batch_ids(jobs.redis, "local", batch) == tuple(reversed(in_batch))
    for tenant, name in (("other", batch), ("local", new_job_id()), ("local", "x")):
        with pytest.raises(JobNotFound):
            await batch_ids(jobs.redis, tenant, name)


async def test_a_cursor_of_ones_own_is_refused(jobs: JobStore) -> None:
    with pytest.raises(InvalidRequest):
        await listed(jobs.redis, "local", Wanted(), "…")


async def test_jobs_that_are_gone_or_anothers_are_left_out(jobs: JobStore, job: Job) -> None:
    mine = await some(jobs, job, 1)
    others = await some(jobs, job, 1, tenant="other")
    found = await jobs_of(jobs.redis, "local", [*mine, *others, new_job_id()])
    assert [each.id for each in found] == mine
