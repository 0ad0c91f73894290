import asyncio
from collections.abc import AsyncIterator

import pytest
from redis import Redis

from vouch.schemas.errors import InvalidRequest, SchemaNotFound, StoreUnavailable
from vouch.schemas.wanted import digest_of
from vouch.storage.schemas import SchemaStore
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import open_redis

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


@pytest.fixture
async def store(storage: StorageSettings) -> AsyncIterator[SchemaStore]:
    async with SchemaStore.at(storage) as opened:
        yield opened


async def test_other_content_is_the_next_version_and_the_same_is_none(store: SchemaStore) -> None:
    versions = [await store.put("acme", "order", wanted) for wanted in (TEXT, TEXT, NUMBER, TEXT)]
    assert [(stored.version, is_new) for stored, is_new in versions] == [
        ("1", True), ("1", False), ("2", True), ("3", True),
    ]  # fmt: skip
    assert (await store.get("acme", "order")).json_schema == TEXT
    assert (await store.get("acme", "order", "2")).json_schema == NUMBER


async def test_the_list_names_every_version_with_its_digest(store: SchemaStore) -> None:
    for name, wanted in (("order", TEXT), ("bill", NUMBER), ("order", NUMBER)):
        await store.put("acme", name, wanted)
    bill, order = await store.all("acme")
    assert (bill.name, bill.versions) == ("bill", {"1": digest_of(NUMBER)})
    assert (order.version, order.versions) == (
        "2",
        {"1": digest_of(TEXT), "2": digest_of(NUMBER)},
    )


async def test_the_order_of_properties_is_kept(store: SchemaStore) -> None:
    wanted = {"type": "object", "properties": {"z": TEXT, "a": TEXT}}
    await store.put("acme", "order", wanted)
    assert list((await store.get("acme", "order")).json_schema["properties"]) == ["z", "a"]


async def test_two_at_once_are_two_versions(store: SchemaStore) -> None:
    wanted = [{"type": "string", "maxLength": length} for length in range(20)]
    stored = await asyncio.gather(*(store.put("acme", "order", schema) for schema in wanted))
    assert {int(one.version) for one, _ in stored} == set(range(1, 21))
    for one, _ in stored:
        assert (await store.get("acme", "order", one.version)).json_schema == one.json_schema


async def test_schemas_are_kept_without_a_time_limit(store: SchemaStore, redis: Redis) -> None:
    await store.put("acme", "order", TEXT)
    assert {redis.ttl(key) for key in redis.scan_iter("vouch:schema*")} == {-1}


@pytest.mark.parametrize("name", ["", "Order", "1st", "a b", "a:b", "a*", "x" * 65, "é"])
async def test_no_other_text_gets_into_a_key(store: SchemaStore, name: str) -> None:
    with pytest.raises(InvalidRequest):
        await store.put("acme", name, TEXT)
    with pytest.raises(InvalidRequest):
        await store.get("acme", name)


async def test_what_is_not_stored_is_not_found(store: SchemaStore) -> None:
    await store.put("acme", "order", TEXT)
    for name, version in (("bill", None), ("order", "2"), ("order", "latest"), ("order", "")):
        if version != "":
            with pytest.raises(SchemaNotFound):
                await store.get("acme", name, version)
    assert (await store.get("acme", "order", "")).version == "1"


async def test_their_number_has_a_limit(storage: StorageSettings) -> None:
    async with SchemaStore(open_redis(storage.redis_url), most=1) as store:
        await store.put("acme", "order", TEXT)
        for name in ("order", "bill"):
            with pytest.raises(InvalidRequest, match="keeps"):
                await store.put("acme", name, NUMBER)


async def test_a_schema_is_its_tenants_alone(store: SchemaStore) -> None:
    await store.put("acme", "order", TEXT)
    with pytest.raises(SchemaNotFound):
        await store.get("zeta", "order")
    with pytest.raises(SchemaNotFound):
        await store.forget("zeta", "order")
    assert await store.all("zeta") == ()
    await store.put("zeta", "order", NUMBER)
    assert (await store.get("acme", "order")).json_schema == TEXT


async def test_a_forgotten_schema_leaves_nothing(store: SchemaStore, redis: Redis) -> None:
    for wanted in (TEXT, NUMBER):
        await store.put("acme", "order", wanted)
    await store.forget("acme", "order")
    assert not redis.keys()
    with pytest.raises(SchemaNotFound):
        await store.forget("acme", "order")


async def test_without_redis_it_says_so(storage: StorageSettings) -> None:
    broken = storage.model_copy(update={"redis_url": "unix:///nonexistent/redis.sock"})
    async with SchemaStore.at(broken) as store:
        with pytest.raises(StoreUnavailable):
            await store.all("acme")
