"""Jobs that look alike, over HTTP."""

from httpx import AsyncClient

from tests.service.client import assert_problem
from tests.service.workers import finish
from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.likeness import packed

MODEL = "a" * 64


async def test_jobs_that_look_alike(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    near = job.model_copy(update={"id": new_job_id(), "filename": "near.png"})
    far = job.model_copy(update={"id": new_job_id()})
    for one, numbers in ((job, (1, 0)), (far, (0, 1)), (near, (1, 0.1))):
        await jobs.submit(one)
        finish(attempts, one.id, record, packed(MODEL, numbers))
    address = f"/v1/jobs/{job.id}/similar"
    found = (await client.get(address)).json()
    assert [one["id"] for one in found["jobs"]] == [near.id, far.id]
    first = found["jobs"][0]
    assert (first["filename"], first["schema_name"]) == ("near.png", "receipt")
    assert (first["similarity"], found["compared"]) == (0.995, 2)
    assert len((await client.get(address, params={"limit": 1})).json()["jobs"]) == 1
    await client.delete(f"/v1/jobs/{near.id}")
    assert [one["id"] for one in (await client.get(address)).json()["jobs"]] == [far.id]


async def test_without_a_picture_model(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    address = f"/v1/jobs/{job.id}/similar"
    assert_problem(await client.get(address), 404, "record_not_ready")
    finish(attempts, job.id, record)
    assert_problem(await client.get(address), 409, "not_comparable")


async def test_of_what_nobody_knows(client: AsyncClient) -> None:
    for name in (new_job_id(), "no-id"):
        assert_problem(await client.get(f"/v1/jobs/{name}/similar"), 404, "job_not_found")


async def test_limits_that_are_none(client: AsyncClient, jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    for limit in ("0", "101", "ten"):
        answer = await client.get(f"/v1/jobs/{job.id}/similar", params={"limit": limit})
        assert_problem(answer, 422, "invalid_request")
