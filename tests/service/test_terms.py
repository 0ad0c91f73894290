"""What a tenant may submit, and what becomes of the rest."""

from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.service.client import assert_problem, serving, submit
from tests.service.workers import finish
from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.schemas.tenant import NO_LIMITS, Tenant, Terms
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore


def key_of(storage: StorageSettings, tenant: str, terms: Terms = NO_LIMITS) -> dict[str, str]:
    with TenantStore.at(storage) as tenants, Keyring.at(storage) as keyring:
        tenants.put(Tenant(name=tenant, terms=terms))
        _, key = keyring.create(Tenant(name=tenant), {"read", "submit"})
    return {"X-API-Key": key}


def stored(storage: StorageSettings) -> int:
    return len(list((Path(storage.blobs) / "jobs").glob("*")))


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(submits_per_minute=2), "rate_limited"),
        (Terms(submits_per_day=2), "quota_spent"),
        (Terms(waiting=2, running=1), "quota_spent"),
    ],
)
async def test_who_asks_too_much_is_told_when_to_come_again(
    client: AsyncClient, storage: StorageSettings, terms: Terms, code: str
) -> None:
    client.headers.update(key_of(storage, "shop", terms))
    taken = 0
    while (answer := await submit(client)).status_code == 202:
        taken += 1
    assert taken in (2, 3)
    assert_problem(answer, 429, code)
    assert int(answer.headers["retry-after"]) > 0
    assert stored(storage) == taken


async def test_a_line_that_is_too_long_for_the_promise_is_closed(
    storage: StorageSettings, attempts: AttemptStore, record: Record
) -> None:
    promising = storage.model_copy(update={"promise_seconds": 3.0})
    async with serving(ServiceSettings(), promising) as client:
        finish(attempts, (await submit(client)).json()["id"], record)  # now a leg's pace is known
        taken = 0
        while (answer := await submit(client)).status_code == 202:
            taken += 1
            assert taken < 50
    assert_problem(answer, 503, "queue_too_long")
    assert int(answer.headers["retry-after"]) > 0
    assert stored(storage) == taken + 1


async def test_a_job_of_somebody_else_cannot_be_retried(
    client: AsyncClient, storage: StorageSettings, jobs: JobStore, job: Job
) -> None:
    await jobs.submit(job.model_copy(update={"tenant": "bank"}))
    client.headers.update(key_of(storage, "shop"))
    assert_problem(await submit(client, retry_of=job.id), 422, "invalid_request")
    assert (await jobs.get(job.id, "bank")).retried_by is None
    assert stored(storage) == 0
