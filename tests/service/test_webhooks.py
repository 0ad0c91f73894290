"""Secrets, deliveries and replays over HTTP; who may have which."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from standardwebhooks import Webhook

from tests.service.client import assert_problem, serving, submit
from tests.service.courier.receivers import ended, receiver
from vouch.schemas.job import Job
from vouch.schemas.tenant import Scope, Tenant
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.keyring import Keyring
from vouch.storage.keys import new_job_id
from vouch.storage.settings import StorageSettings

ROTATE = "/v1/webhooks/secret:rotate"


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(outward_allow="localhost"), storage) as client:
        yield client


async def deliveries(client: AsyncClient, job_id: str, times: int) -> list[dict[str, object]]:
    async with asyncio.timeout(20):
        while True:
            answer = await client.get(f"/v1/jobs/{job_id}/deliveries")
            assert answer.status_code == 200
            found: list[dict[str, object]] = answer.json()["deliveries"]
            if len(found) >= times:
                return found
            await asyncio.sleep(0.05)


async def test_a_receiver_is_told_and_told_again_on_demand(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    secret = (await client.post(ROTATE)).json()["secret"]
    with receiver() as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://localhost:{port}/vouch")
        await deliveries(client, job_id, 1)
        again = await client.post(f"/v1/jobs/{job_id}/deliveries:replay")
        assert again.status_code == 202
        assert again.json()["next_at"] is not None
        log = await deliveries(client, job_id, 2)
    assert [(entry["attempt"], entry["status_code"]) for entry in log] == [(1, 204), (2, 204)]
    assert log[0]["webhook_id"] == log[1]["webhook_id"]
    for body, headers in zip(received.bodies, received.headers, strict=True):
        assert Webhook(secret).verify(body, headers)["data"]["id"] == job_id


async def test_a_second_secret_says_how_long_the_first_one_signs(client: AsyncClient) -> None:
    first = (await client.post(ROTATE)).json()
    second = (await client.post(ROTATE, params={"grace_seconds": 60})).json()
    third = (await client.post(ROTATE, params={"grace_seconds": 0})).json()
    assert first["previous_valid_until"] is None
    assert second["previous_valid_until"] is not None
    assert third["previous_valid_until"] is None
    assert len({answer["secret"] for answer in (first, second, third)}) == 3


@pytest.mark.parametrize("grace", ["-1", "soon", "nan", "1e300"])
async def test_a_grace_is_a_number_of_seconds(client: AsyncClient, grace: str) -> None:
    answer = await client.post(ROTATE, params={"grace_seconds": grace})
    assert_problem(answer, 422, "invalid_request")


async def test_only_what_has_ended_and_wants_it_is_told_again(
    client: AsyncClient, jobs: JobStore, job: Job
) -> None:
    await jobs.submit(job)
    answer = await client.post(f"/v1/jobs/{job.id}/deliveries:replay")
    assert_problem(answer, 409, "not_replayable")
    wish = job.model_copy(update={"id": new_job_id(), "callback_url": "https://hooks.example/"})
    await jobs.submit(wish)
    answer = await client.post(f"/v1/jobs/{wish.id}/deliveries:replay")
    assert_problem(answer, 409, "not_replayable")


async def test_a_callback_is_judged_when_it_is_submitted(client: AsyncClient) -> None:
    inside = await submit(client, callback_url="http://127.0.0.1/")
    assert_problem(inside, 422, "address_refused")
    unsigned = await submit(client, callback_url="http://localhost/")
    assert_problem(unsigned, 422, "invalid_request")
    assert "secret:rotate" in unsigned.json()["detail"]
    await client.post(ROTATE)
    assert (await submit(client, callback_url="http://localhost/")).status_code == 202


async def test_a_document_inside_is_not_fetched(client: AsyncClient) -> None:
    for url in ("http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd"):
        assert_problem(await client.post("/v1/jobs", json={"url": url}), 422, "address_refused")


async def test_deliveries_are_their_tenants_alone(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    others = await ended(jobs, attempts, job, "https://hooks.example/", tenant="acme")
    for job_id in (others, new_job_id(), "no-id"):
        assert_problem(await client.get(f"/v1/jobs/{job_id}/deliveries"), 404, "job_not_found")
        answer = await client.post(f"/v1/jobs/{job_id}/deliveries:replay")
        assert_problem(answer, 404, "job_not_found")


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("submit", "POST", ROTATE),
        ("read", "POST", f"/v1/jobs/{'0' * 32}/deliveries:replay"),
        ("submit", "GET", f"/v1/jobs/{'0' * 32}/deliveries"),
    ],
)
async def test_keys_open_what_their_scopes_say(
    client: AsyncClient,
    storage: StorageSettings,
    scope: Scope,
    method: str,
    path: str,
) -> None:
    with Keyring.at(storage) as keyring:
        _, key = keyring.create(Tenant(name="acme"), {scope})
    answer = await client.request(method, path, headers={"X-API-Key": key})
    assert_problem(answer, 403, "forbidden")
