"""No route serves what is another tenant's, or a key without the scope, or nobody.

The routes are taken from the application: a new one that takes an id, and forgets whose it is, or
that does not ask, fails here without being listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from tests.service.client import assert_problem, submit
from tests.service.workers import finish
from vouch.schemas.builtin import BUILTIN
from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.schemas.tenant import Scope, Tenant
from vouch.service.app import create_app
from vouch.service.settings import ServiceSettings
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keyring import Keyring
from vouch.storage.keys import new_job_id, page_key
from vouch.storage.schemas import SchemaStore
from vouch.storage.settings import StorageSettings

PUBLIC = {"/livez", "/readyz", "/openapi", "/openapi/openapi.json", "/openapi/{path}"}
"""What everyone may ask for; all else needs a key as soon as there is one."""
NEEDS: dict[tuple[str, str], Scope] = {
    ("POST", "/v1/schemas:lint"): "read",
    ("POST", "/v1/webhooks/secret:rotate"): "admin",
    ("GET", "/metrics"): "admin",
}
"""Where GET does not need read, or anything else submit."""
MAKES_ITS_OWN = {("PUT", "/v1/schemas/{name}")}
"""Takes a name, but makes a thing of the caller's own under it."""
ORDER = {"type": "object", "properties": {"number": {"type": ["string", "null"]}}}
QUERIES = {"/v1/jobs/{job_id}/evidence.png": {"pointer": "/total"}}


@dataclass(frozen=True)
class Route:
    method: str
    path: str

    @property
    def needed(self) -> Scope:
        return NEEDS.get((self.method, self.path), "read" if self.method == "GET" else "submit")

    async def ask(self, client: AsyncClient, key: str | None, names: dict[str, str]) -> Response:
        """Ask for what is called so; a path with another kind of name is a KeyError."""
        return await client.request(
            self.method,
            self.path.format(**names),
            params=QUERIES.get(self.path),
            headers=None if key is None else {"Authorization": f"Bearer {key}"},
            json=ORDER if self.method == "PUT" else None,
        )


def routes_of(app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        for method in sorted(getattr(route, "methods", ())):
            if method != "OPTIONS" and route.path_format not in PUBLIC:
                yield Route(method, route.path_format)


@pytest.fixture
def routes(storage: StorageSettings) -> list[Route]:
    return list(routes_of(create_app(ServiceSettings(), storage)))


@pytest.fixture
async def of_acme(
    jobs: JobStore,
    attempts: AttemptStore,
    blobs: BlobStore,
    storage: StorageSettings,
    job: Job,
    record: Record,
    page_png: bytes,
) -> dict[str, str]:
    """What belongs to acme: a finished job in a batch with its page, and a schema."""
    own = job.model_copy(update={"tenant": "acme", "batch": new_job_id()})
    await jobs.submit(own)
    blobs.put(page_key(own.id, 1), page_png)
    finish(attempts, own.id, record)
    async with SchemaStore.at(storage) as schemas:
        await schemas.put("acme", "order", ORDER)
    return {"job_id": own.id, "batch_id": own.batch or ""}


def names_in(route: Route, of_acme: dict[str, str]) -> dict[str, str]:
    return {**of_acme, "name": "order" if "schemas" in route.path else "1.png"}


async def test_what_is_another_tenants_is_not_there(
    client: AsyncClient, keyring: Keyring, routes: list[Route], of_acme: dict[str, str]
) -> None:
    _, strangers = keyring.create(Tenant(name="zeta"), ["admin"])
    _, owners = keyring.create(Tenant(name="acme"), ["admin"])
    named = [
        route
        for route in routes
        if "{" in route.path and (route.method, route.path) not in MAKES_ITS_OWN
    ]
    assert len(named) > 10
    for route in named:
        answer = await route.ask(client, strangers, names_in(route, of_acme))
        assert answer.status_code == 404, (route, answer.text)
        assert of_acme["job_id"] not in answer.text
    for route in sorted(named, key=lambda route: route.method == "DELETE"):
        answer = await route.ask(client, owners, names_in(route, of_acme))
        assert answer.status_code not in (401, 403, 404), (route, answer.text)


async def test_what_has_no_owner_looks_like_what_is_another_tenants(
    client: AsyncClient, keyring: Keyring, routes: list[Route], of_acme: dict[str, str]
) -> None:
    _, strangers = keyring.create(Tenant(name="zeta"), ["admin"])
    nothing = {"job_id": new_job_id(), "batch_id": new_job_id(), "name": "1.png"}
    for route in routes:
        if "job_id" in route.path or "batch_id" in route.path:
            real = await route.ask(client, strangers, names_in(route, of_acme))
            none = await route.ask(client, strangers, nothing)
            assert real.json() == none.json(), route


async def test_a_name_that_two_tenants_use_is_two_schemas(
    client: AsyncClient, keyring: Keyring, of_acme: dict[str, str]
) -> None:
    _, strangers = keyring.create(Tenant(name="zeta"), ["submit", "read"])
    headers = {"X-API-Key": strangers}
    answer = await client.put("/v1/schemas/order", json={"type": "string"}, headers=headers)
    assert (answer.status_code, answer.json()["version"]) == (201, "1")
    _, owners = keyring.create(Tenant(name="acme"), ["read"])
    kept = await client.get("/v1/schemas/order", headers={"X-API-Key": owners})
    assert kept.json() == ORDER


async def test_nothing_that_a_request_names_reaches_another_tenant(
    client: AsyncClient, keyring: Keyring, of_acme: dict[str, str]
) -> None:
    _, strangers = keyring.create(Tenant(name="zeta"), ["admin"])
    client.headers["X-API-Key"] = strangers
    assert_problem(await submit(client, schema="order"), 422, "unknown_schema")
    assert_problem(await submit(client, retry_of=of_acme["job_id"]), 422, "invalid_request")
    schemas = (await client.get("/v1/schemas")).json()["schemas"]
    assert {schema["name"] for schema in schemas} == set(BUILTIN)
    for query in ({}, {"batch": of_acme["batch_id"]}, {"status": "succeeded"}):
        assert (await client.get("/v1/jobs", params=query)).json()["jobs"] == []


@pytest.mark.parametrize("scope", ["read", "submit"])
async def test_a_key_without_the_scope_is_refused(
    client: AsyncClient,
    keyring: Keyring,
    routes: list[Route],
    of_acme: dict[str, str],
    scope: Scope,
) -> None:
    _, key = keyring.create(Tenant(name="zeta"), [scope])
    for route in routes:
        answer = await route.ask(client, key, names_in(route, of_acme))
        if route.needed == scope:
            assert answer.status_code not in (401, 403), (route, answer.text)
        else:
            assert_problem(answer, 403, "forbidden")
            assert route.needed in answer.json()["detail"]


async def test_without_a_key_nobody_is_served_once_there_is_one(
    client: AsyncClient, keyring: Keyring, routes: list[Route], of_acme: dict[str, str]
) -> None:
    keyring.create(Tenant(name="zeta"), ["read"])
    for route in routes:
        answer = await route.ask(client, None, names_in(route, of_acme))
        assert_problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_everyone_may_see_whether_the_service_lives_and_what_it_offers(
    client: AsyncClient, keyring: Keyring
) -> None:
    keyring.create(Tenant(name="zeta"), ["read"])
    for path in ("/livez", "/openapi/openapi.json"):
        assert (await client.get(path)).status_code == 200
    assert_problem(await client.get("/readyz"), 503, "not_ready")


async def test_the_openapi_document_names_the_refusals_of_every_route(
    client: AsyncClient, routes: list[Route]
) -> None:
    paths = (await client.get("/openapi/openapi.json")).json()["paths"]
    for route in routes:
        if route.path in paths:
            answers = set(paths[route.path][route.method.lower()]["responses"])
            assert answers >= {"401", "403", "429", "503"}, route
