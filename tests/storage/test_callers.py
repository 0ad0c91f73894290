"""The service's memory of keys: no call of Redis while nothing changes, none of it stale."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from vouch.schemas.errors import StoreUnavailable, Unauthenticated
from vouch.schemas.tenant import Caller, Tenant, Terms
from vouch.storage.callers import Callers
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore
from vouch.storage.writes import open_redis

ACME = Tenant(name="acme", terms=Terms(running=2))
NOBODYS = f"vouch_{'0' * 16}_{'x' * 43}"


@pytest.fixture
async def callers(storage: StorageSettings) -> AsyncIterator[Callers]:
    async with Callers.at(storage) as opened:
        await opened.listening()
        yield opened


@pytest.fixture
def keyring(storage: StorageSettings) -> Keyring:
    return Keyring.at(storage)


def reads(redis: Redis) -> int:
    """How often a hash or a set of keys was asked for."""
    stats = redis.info("commandstats")
    return sum(
        stats.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in ("hgetall", "exists")
    )


async def until_refused(ask: Callable[[], Awaitable[Caller]], why: str) -> None:
    async def ask_again_and_again() -> None:
        async with asyncio.timeout(10):
            while await ask():
                await asyncio.sleep(0.005)

    with pytest.raises(Unauthenticated, match=why):
        await ask_again_and_again()


async def test_a_key_says_whose_it_is(
    callers: Callers, keyring: Keyring, storage: StorageSettings
) -> None:
    TenantStore.at(storage).put(ACME)
    key, text = keyring.create(ACME, ["read"])
    assert await callers.of_key(text) == Caller(tenant=ACME, scopes={"read"}, key_id=key.id)


async def test_a_known_key_costs_no_call_of_redis(
    keyring: Keyring, redis: Redis, storage: StorageSettings
) -> None:
    key, text = keyring.create(ACME, ["read"])
    async with Callers.at(storage) as callers:
        await callers.listening()
        await callers.of_key(text)
        before = reads(redis)
        for _ in range(100):
            await callers.of_key(text)
            with pytest.raises(Unauthenticated):
                await callers.of_key(f"vouch_{key.id}_{'x' * 43}")
        assert reads(redis) == before


async def test_a_revoked_key_ends_on_every_process(
    callers: Callers, keyring: Keyring, storage: StorageSettings
) -> None:
    key, text = keyring.create(ACME, ["read"])
    async with Callers.at(storage) as others:
        await others.listening()
        for process in (callers, others):
            await process.of_key(text)
        keyring.revoke(key.id)
        for process in (callers, others):
            await until_refused(lambda process=process: process.of_key(text), "revoked")  # type: ignore[misc]


async def test_changed_terms_are_in_force_at_once(
    callers: Callers, keyring: Keyring, storage: StorageSettings
) -> None:
    _, text = keyring.create(ACME, ["read"])
    assert (await callers.of_key(text)).tenant.terms == Terms()
    TenantStore.at(storage).put(ACME)
    async with asyncio.timeout(10):
        while (await callers.of_key(text)).tenant != ACME:
            await asyncio.sleep(0.005)


async def test_a_change_that_was_missed_is_made_up_for(
    callers: Callers, keyring: Keyring, redis: Redis
) -> None:
    key, text = keyring.create(ACME, ["read"])
    await callers.of_key(text)
    redis.hset(f"vouch:key:{key.id}", "revoked_at", datetime.now(UTC).isoformat())
    redis.client_kill_filter(_type="pubsub")
    await until_refused(lambda: callers.of_key(text), "revoked")


async def test_what_is_remembered_is_not_trusted_while_the_channel_is_silent(
    keyring: Keyring, redis: Redis, storage: StorageSettings
) -> None:
    key, text = keyring.create(ACME, ["read"])
    async with Callers(open_redis(storage.redis_url), 0.2, ping_seconds=0.05) as callers:
        await callers.listening()
        await callers.of_key(text)
        redis.hset(f"vouch:key:{key.id}", "revoked_at", datetime.now(UTC).isoformat())
        redis.client_pause(1000)
        await until_refused(lambda: callers.of_key(text), "revoked")


async def test_an_expired_key_is_refused_although_it_is_remembered(
    callers: Callers, keyring: Keyring
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.3)
    _, text = keyring.create(ACME, ["read"], expires_at=soon)
    await callers.of_key(text)
    await until_refused(lambda: callers.of_key(text), "expired")


async def test_an_unknown_key_is_asked_for_once(callers: Callers, redis: Redis) -> None:
    before = reads(redis)
    for _ in range(20):
        with pytest.raises(Unauthenticated, match="not known"):
            await callers.of_key(NOBODYS)
    assert reads(redis) == before + 1


async def test_the_memory_of_unknown_keys_is_bounded(callers: Callers) -> None:
    for number in range(1500):
        with pytest.raises(Unauthenticated):
            await callers.of_key(f"vouch_{number:016x}_{'x' * 43}")
    assert len(callers._memory.unknown) <= 1024


async def test_without_any_key_there_is_an_anonymous_caller(
    callers: Callers, keyring: Keyring
) -> None:
    caller = await callers.anonymous()
    assert (caller.tenant.name, caller.key_id) == ("local", None)
    assert caller.scopes == {"read", "submit", "admin"}
    key, _ = keyring.create(ACME, ["read"])
    await until_refused(callers.anonymous, "needed")
    keyring.revoke(key.id)
    async with asyncio.timeout(10):
        await callers.listening()
    with pytest.raises(Unauthenticated):
        await callers.anonymous()


async def test_without_redis_nobody_is_let_in(storage: StorageSettings) -> None:
    broken = storage.model_copy(update={"redis_url": "unix:///nonexistent/redis.sock"})
    async with Callers.at(broken) as callers:
        with pytest.raises(StoreUnavailable):
            await callers.of_key(NOBODYS)
        with pytest.raises(StoreUnavailable):
            await callers.anonymous()
