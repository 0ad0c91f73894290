from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from vouch.schemas.errors import InvalidRequest, StoreUnavailable, Unauthenticated
from vouch.schemas.tenant import Tenant
from vouch.storage.keyring import Keyring, parsed_key, stored_key_of
from vouch.storage.settings import StorageSettings

ACME = Tenant(name="acme")


@pytest.fixture
def keyring(storage: StorageSettings) -> Keyring:
    return Keyring.at(storage)


def test_a_key_is_told_once_and_stored_as_its_digest(keyring: Keyring, redis: Redis) -> None:
    key, text = keyring.create(ACME, ["submit", "read"], "ci")
    assert text.startswith(f"vouch_{key.id}_")
    secret = text.rpartition("_")[2]
    for name in redis.scan_iter():
        kept = redis.hgetall(name) if redis.type(name) == "hash" else redis.smembers(name)
        assert secret not in f"{name}{kept}"
    assert keyring.all() == (key,)
    assert (key.tenant, sorted(key.scopes), key.label) == ("acme", ["read", "submit"], "ci")


def test_what_is_stored_opens_for_this_key_alone(keyring: Keyring, redis: Redis) -> None:
    key, text = keyring.create(ACME, ["read"])
    _, other = keyring.create(ACME, ["read"])
    row: Any = redis.hgetall(f"vouch:key:{key.id}")
    stored = stored_key_of(key.id, row)
    now = datetime.now(UTC)
    stored.check(parsed_key(text)[1], now)
    with pytest.raises(Unauthenticated, match="not known"):
        stored.check(parsed_key(other)[1], now)


def test_a_key_ends_when_it_expires(keyring: Keyring) -> None:
    now = datetime.now(UTC)
    key, _ = keyring.create(ACME, ["read"], expires_at=now + timedelta(days=1))
    assert key.opens_at(now)
    assert not key.opens_at(now + timedelta(days=1))


def test_a_revoked_key_stays_in_the_list_and_revoked(keyring: Keyring) -> None:
    key, _ = keyring.create(ACME, ["read"])
    assert not keyring.is_empty()
    revoked = keyring.revoke(key.id)
    assert not revoked.opens_at(datetime.now(UTC))
    assert keyring.revoke(key.id) == revoked == keyring.all()[0]
    assert not keyring.is_empty()


@pytest.mark.parametrize("key_id", ["0" * 16, "", "*", "a:b"])
def test_only_a_key_that_is_there_can_be_revoked(
    keyring: Keyring, redis: Redis, key_id: str
) -> None:
    with pytest.raises(InvalidRequest):
        keyring.revoke(key_id)
    assert not redis.keys()


def test_a_key_makes_its_tenant_known(keyring: Keyring, redis: Redis) -> None:
    keyring.create(ACME, ["read"])
    assert redis.smembers("vouch:tenants") == {"acme"}


def test_keys_are_kept_without_a_time_limit(keyring: Keyring, redis: Redis) -> None:
    keyring.create(ACME, ["read"])
    assert {redis.ttl(name) for name in redis.scan_iter()} == {-1}


def test_keys_are_read_back_as_they_were_made(keyring: Keyring) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    key, _ = keyring.create(ACME, ["read", "submit", "admin"], "a [label]", until)
    assert keyring.all() == (key,)


@given(st.text() | st.from_regex(r"\Avouch_[0-9a-f]*_[\w-]*\Z"))
def test_no_other_text_is_a_key(text: str) -> None:
    if len(text) != 66 or not text.isascii():
        with pytest.raises(Unauthenticated):
            parsed_key(text)


def test_without_redis_it_says_so(storage: StorageSettings) -> None:
    broken = storage.model_copy(update={"redis_url": "unix:///nonexistent/redis.sock"})
    for ask in (Keyring.at(broken).all, Keyring.at(broken).is_empty):
        with pytest.raises(StoreUnavailable):
            ask()
