"""Schemas over HTTP: judged, stored in versions, and given to jobs."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient, Response
from redis import Redis

from tests.service.client import LIMIT, assert_problem, serving, submit
from vouch.schemas.builtin import BUILTIN, builtin_schema
from vouch.schemas.job import Job
from vouch.schemas.wanted import digest_of
from vouch.service.settings import ServiceSettings
from vouch.storage.keys import job_key, wish_key
from vouch.storage.rows import from_row
from vouch.storage.settings import StorageSettings

TEXT: dict[str, Any] = {"type": ["string", "null"]}
ORDER = {"type": "object", "properties": {"number": TEXT, "total": {"type": "number"}}}
SECRET = "a name that stands on the document"
BAD = {
    "not json": (b"{'type': 'string'}", "invalid_request"),
    "not utf-8": (b'{"title":"\xff"}', "invalid_request"),
    "empty": (b"", "invalid_request"),
    "no object": (b'["string"]', "invalid_request"),
    "a number beyond doubles": (b'{"minimum":1e999}', "invalid_request"),
    "too deep": (b'{"items":' * 5000 + b"{}" + b"}" * 5000, "invalid_request"),
    "not a schema": (b'{"type":"text"}', "schema_refused"),
    "a remote reference": (b'{"$ref":"https://example.org/schema.json"}', "schema_refused"),
    "a file": (b'{"$ref":"file:///etc/passwd"}', "schema_refused"),
    "a reference to nothing": (b'{"$ref":"#/$defs/none"}', "schema_refused"),
    "a large enum": (
        json.dumps({"enum": [f"{SECRET} {n}" for n in range(60_000)]}).encode(),
        "schema_too_large",
    ),
}


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(max_upload_bytes=LIMIT * 50), storage) as client:
        yield client


async def put(client: AsyncClient, schema: dict[str, Any], name: str = "order") -> Response:
    return await client.put(f"/v1/schemas/{name}", json=schema)


def kept(redis: Redis, answer: Response) -> Job:
    """The job as a worker gets it."""
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    wish: Any = redis.get(wish_key(job_id))
    row: Any = redis.hgetall(job_key(job_id))
    return from_row(wish, row)


async def test_other_content_is_another_version(client: AsyncClient) -> None:
    first, again, other = [await put(client, one) for one in (ORDER, ORDER, TEXT)]
    assert [answer.status_code for answer in (first, again, other)] == [201, 200, 201]
    assert first.json() == {"name": "order", "version": "1", "digest": digest_of(ORDER)}
    assert again.json() == first.json()
    assert other.headers["location"] == "/v1/schemas/order?version=2"
    assert (await client.get(other.headers["location"])).json() == TEXT
    assert (await client.get("/v1/schemas/order")).json() == TEXT
    assert (await client.get("/v1/schemas/order", params={"version": "1"})).json() == ORDER


async def test_the_list_holds_builtin_and_stored_schemas(client: AsyncClient) -> None:
    await put(client, ORDER)
    receipt, *others, order = (await client.get("/v1/schemas")).json()["schemas"]
    assert {schema["name"] for schema in (receipt, *others)} == set(BUILTIN)
    digest = builtin_schema("receipt").ref.digest
    assert receipt == {
        "name": "receipt", "version": "1", "versions": {"1": digest}, "built_in": True,
    }  # fmt: skip
    assert (order["versions"], order["built_in"]) == ({"1": digest_of(ORDER)}, False)
    assert digest_of((await client.get("/v1/schemas/receipt")).json()) == digest


async def test_what_is_not_stored_is_not_found(client: AsyncClient) -> None:
    await put(client, ORDER)
    for path in ("novel", "order?version=2", "order?version=latest", "receipt?version=9"):
        assert_problem(await client.get(f"/v1/schemas/{path}"), 404, "schema_not_found")
    assert_problem(await client.get("/v1/schemas/No"), 422, "invalid_request")


async def test_a_schema_can_be_deleted_and_its_jobs_keep_it(
    client: AsyncClient, redis: Redis
) -> None:
    await put(client, ORDER)
    job = await submit(client, schema="order")
    assert (await client.delete("/v1/schemas/order")).status_code == 204
    assert_problem(await client.get("/v1/schemas/order"), 404, "schema_not_found")
    assert_problem(await client.delete("/v1/schemas/order"), 404, "schema_not_found")
    assert_problem(await submit(client, schema="order"), 422, "unknown_schema")
    assert kept(redis, job).options.json_schema == ORDER


async def test_a_name_of_vouch_cannot_be_taken(client: AsyncClient) -> None:
    assert_problem(await put(client, ORDER, "receipt"), 409, "schema_taken")
    assert_problem(await put(client, ORDER, "inline"), 409, "schema_taken")
    assert_problem(await put(client, ORDER, "Order"), 422, "invalid_request")
    assert_problem(await client.delete("/v1/schemas/receipt"), 409, "schema_taken")


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_schema_is_refused_everywhere_with_one_code(
    client: AsyncClient, redis: Redis, kind: str
) -> None:
    text, code = BAD[kind]
    stored = await client.put("/v1/schemas/order", content=text)
    sent = await client.post("/v1/jobs", files={"json_schema": (None, text), "file": b"bytes"})
    attached = await client.post("/v1/jobs", files={"json_schema": text, "file": b"bytes"})
    for answer in (stored, sent, attached):
        assert_problem(answer, 422, code)
        assert SECRET not in answer.text
        assert "example.org" not in answer.text
    assert not list(redis.scan_iter("vouch:*"))


async def test_a_body_that_no_schema_can_have_is_not_read(client: AsyncClient) -> None:
    for answer in (
        await client.put("/v1/schemas/order", content=b" " * 30_000_000),
        await client.post("/v1/schemas:lint", content=b" " * 30_000_000),
    ):
        assert_problem(answer, 413, "too_many_bytes")


async def test_lint_judges_every_keyword(client: AsyncClient) -> None:
    good = (await client.post("/v1/schemas:lint", json=ORDER)).json()
    assert good["accepted"] is True
    bad = await client.post("/v1/schemas:lint", json={"$ref": "https://example.org/s.json"})
    assert (bad.status_code, bad.json()["accepted"]) == (200, False)
    for text, code in BAD.values():
        answer = await client.post("/v1/schemas:lint", content=text)
        if code == "invalid_request":
            assert_problem(answer, 422, code)
        assert answer.status_code < 500


async def test_a_job_keeps_its_schema_whatever_is_stored_later(
    client: AsyncClient, redis: Redis
) -> None:
    await put(client, ORDER)
    named = await submit(client, schema="order")
    await put(client, TEXT)
    for answer, schema, version in (
        (named, ORDER, "1"),
        (await submit(client, schema="order"), TEXT, "2"),
        (await submit(client, schema="order@1"), ORDER, "1"),
    ):
        options = kept(redis, answer).options
        assert (options.schema_name, options.schema_version) == ("order", version)
        assert options.json_schema == schema
        assert "json_schema" not in answer.json()["options"]


@pytest.mark.parametrize("filename", [None, "order.json"])
async def test_a_schema_can_come_with_the_document(
    client: AsyncClient, redis: Redis, filename: str | None
) -> None:
    parts: dict[str, Any] = {
        "file": b"bytes",
        "json_schema": (filename, json.dumps(ORDER).encode()),
    }
    answer = await client.post("/v1/jobs", files=parts, data={"readers": "vlm"})
    options = kept(redis, answer).options
    assert (options.schema_name, options.json_schema, options.readers) == ("inline", ORDER, "vlm")


async def test_a_builtin_schema_needs_no_copy(client: AsyncClient, redis: Redis) -> None:
    for schema in ("receipt", "receipt@1"):
        assert kept(redis, await submit(client, schema=schema)).options.json_schema is None


async def test_what_names_no_one_schema_is_refused(client: AsyncClient) -> None:
    await put(client, ORDER)
    for name in ("novel", "order@2", "receipt@2", "", "@1", "No Such", "a:b@1"):
        assert_problem(await submit(client, schema=name), 422, "unknown_schema")
    both = await submit(client, schema="order", json_schema=json.dumps(ORDER))
    assert_problem(both, 422, "invalid_request")
    assert_problem(await submit(client, readers="nobody"), 422, "invalid_request")


@pytest.mark.parametrize("charset", ["nonsense", "utf-8"])
async def test_a_text_in_no_charset_is_the_callers_mistake(
    client: AsyncClient, charset: str
) -> None:
    kind = f"text/plain; charset={charset}"
    parts: dict[str, Any] = {"json_schema": (None, b"\xff", kind), "file": b"bytes"}
    assert_problem(await client.post("/v1/jobs", files=parts), 422, "invalid_request")


async def test_without_redis_stored_schemas_are_unavailable(storage: StorageSettings) -> None:
    broken = storage.model_copy(update={"redis_url": "unix:///nonexistent/redis.sock"})
    async with serving(ServiceSettings(), broken) as client:
        for answer in (
            await put(client, ORDER),
            await client.get("/v1/schemas"),
            await submit(client, schema="order"),
        ):
            assert_problem(answer, 503, "store_unavailable")
