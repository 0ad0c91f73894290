"""Who is let in: keys, scopes, rates, and the caller without a key on this machine."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from redis import Redis

from tests.service.client import assert_problem, serving, submit
from vouch.schemas.tenant import LOCAL, Tenant, Terms
from vouch.service.access import Gate
from vouch.service.settings import ServiceSettings
from vouch.storage.callers import Callers
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore

ACME = Tenant(name="acme")
LIST = "/v1/schemas"


@pytest.fixture
def key(keyring: Keyring) -> str:
    return keyring.create(ACME, ["read", "submit"])[1]


@pytest.mark.parametrize("header", ["Authorization: Bearer", "authorization: bearer", "X-API-Key:"])
async def test_a_key_comes_in_either_header(client: AsyncClient, key: str, header: str) -> None:
    name, _, scheme = header.partition(":")
    headers = {name: f"{scheme} {key}".strip()}
    assert (await client.get(LIST, headers=headers)).status_code == 200


async def test_a_proxys_own_authorization_does_not_hide_the_key(
    client: AsyncClient, key: str
) -> None:
    headers = {"Authorization": "Basic YTpi", "X-API-Key": key}
    assert (await client.get(LIST, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"X-API-Key": ""},
        {"X-API-Key": b"\xff\xfe"},
        {"X-API-Key": f"vouch_{'0' * 16}_{'x' * 43}"},
    ],
)
async def test_anything_else_is_no_key(
    client: AsyncClient, key: str, headers: dict[str, Any]
) -> None:
    answer = await client.get(LIST, headers=headers)
    assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="vouch"'


async def test_a_refusal_repeats_nothing_of_the_key(client: AsyncClient, key: str) -> None:
    wrong = key[:-4] + "wxyz"
    answer = await client.get(LIST, headers={"X-API-Key": wrong})
    assert_problem(answer, 401, "unauthenticated")
    assert wrong[6:22] not in answer.text


async def test_a_revoked_key_is_refused_while_the_service_runs(
    client: AsyncClient, keyring: Keyring
) -> None:
    key, text = keyring.create(ACME, ["read"])
    headers = {"X-API-Key": text}
    assert (await client.get(LIST, headers=headers)).status_code == 200
    keyring.revoke(key.id)
    async with asyncio.timeout(10):
        while (answer := await client.get(LIST, headers=headers)).is_success:
            await asyncio.sleep(0.005)
    assert_problem(answer, 401, "unauthenticated")


async def test_an_expired_key_is_refused(client: AsyncClient, keyring: Keyring) -> None:
    _, text = keyring.create(ACME, ["read"], expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert_problem(await client.get(LIST, headers={"X-API-Key": text}), 401, "unauthenticated")


async def test_who_is_refused_uploads_nothing(client: AsyncClient, key: str, redis: Redis) -> None:
    answer = await submit(client, b"x" * 1_000_000)
    assert_problem(answer, 401, "unauthenticated")
    assert not list(redis.scan_iter("vouch:job*"))


async def test_a_tenant_that_asks_too_often_is_told_when_to_come_back(
    client: AsyncClient, key: str, storage: StorageSettings, keyring: Keyring
) -> None:
    TenantStore.at(storage).put(Tenant(name="acme", terms=Terms(requests_per_second=2)))
    _, others = keyring.create(Tenant(name="zeta"), ["read"])
    headers = {"X-API-Key": key}
    answers = [await client.get(LIST, headers=headers) for _ in range(5)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert_problem(answers[-1], 429, "rate_limited")
    assert answers[-1].headers["retry-after"] == "1"
    assert (await client.get(LIST, headers={"X-API-Key": others})).status_code == 200


async def test_its_requests_come_back_at_its_rate(
    storage: StorageSettings, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    TenantStore.at(storage).put(Tenant(name="acme", terms=Terms(requests_per_second=2)))
    clock = 100.0
    monkeypatch.setattr("vouch.service.access.monotonic", lambda: clock)
    served = []
    async with serving(ServiceSettings(), storage) as client:
        for clock in (100.0, 100.1, 100.2, 100.6, 100.7, 1000.0, 1000.1, 1000.2):  # noqa: B007
            answer = await client.get(LIST, headers={"X-API-Key": key})
            served.append(answer.is_success)
    assert served == [True, True, False, True, False, True, True, False]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "vouch.example"},
        {"Host": "127.0.0.1.example"},
        {"Host": "192.0.2.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_without_keys_only_programs_of_this_machine_are_served(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.get(LIST)).status_code == 200
    assert_problem(await client.get(LIST, headers=headers), 401, "unauthenticated")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "127.8.8.8:1", "[::1]:8000"])
async def test_this_machine_has_several_names(client: AsyncClient, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert (await client.get(LIST, headers=headers)).status_code == 200


@pytest.mark.parametrize("client_address", [("192.0.2.1", 1), ("10.0.0.1", 1), None])
async def test_without_keys_other_machines_are_not_served(
    storage: StorageSettings, client_address: tuple[str, int] | None
) -> None:
    async with Callers.at(storage) as callers:
        request: Any = {"headers": [(b"host", b"localhost")], "client": client_address}
        with pytest.raises(Exception, match="only this machine"):
            await Gate(callers).admit(request, "read")
        request["client"] = ("127.0.0.1", 1)
        assert (await Gate(callers).admit(request, "admin")).tenant.name == "local"


async def test_with_a_key_this_machine_needs_one_too(client: AsyncClient, keyring: Keyring) -> None:
    assert (await client.get(LIST)).status_code == 200
    keyring.create(ACME, ["read"])
    async with asyncio.timeout(10):
        while (answer := await client.get(LIST)).is_success:
            await asyncio.sleep(0.005)
    assert_problem(answer, 401, "unauthenticated")


async def test_the_terms_of_the_local_tenant_hold_for_the_anonymous_caller(
    client: AsyncClient, storage: StorageSettings
) -> None:
    TenantStore.at(storage).put(Tenant(name="local", terms=Terms(requests_per_second=1)))
    answers = [await client.get(LIST) for _ in range(3)]
    assert_problem(answers[-1], 429, "rate_limited")


async def test_metrics_are_for_the_operators_admins_or_for_everyone_where_the_settings_say_so(
    storage: StorageSettings, keyring: Keyring, key: str
) -> None:
    _, admins = keyring.create(Tenant(name=LOCAL), ["admin"])
    _, of_acme = keyring.create(ACME, ["admin"])
    async with serving(ServiceSettings(), storage) as client:
        assert_problem(await client.get("/metrics"), 401, "unauthenticated")
        for other in (key, of_acme):
            refused = await client.get("/metrics", headers={"X-API-Key": other})
            assert_problem(refused, 403, "forbidden")
        assert (await client.get("/metrics", headers={"X-API-Key": admins})).is_success
    async with serving(ServiceSettings(metrics_are_open=True), storage) as client:
        assert (await client.get("/metrics")).is_success


async def test_the_openapi_document_says_how_a_key_is_sent(client: AsyncClient) -> None:
    document = (await client.get("/openapi/openapi.json")).json()
    schemes = document["components"]["securitySchemes"]
    assert (schemes["bearer"]["scheme"], schemes["api_key"]["name"]) == ("bearer", "X-API-Key")
    assert {} in document["security"]
