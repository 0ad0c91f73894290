"""Secrets of webhooks, on a real Redis."""

import base64

import pytest
from redis import Redis

from tests.eventually import eventually
from vouch.schemas.errors import BlobSealed
from vouch.storage.settings import StorageSettings
from vouch.storage.webhook_secrets import SecretStore, secret_keys

KEY = base64.b64encode(b"k" * 32).decode()


async def test_a_secret_is_new_each_time_and_each_tenants_own(storage: StorageSettings) -> None:
    async with SecretStore.at(storage) as secrets:
        assert await secrets.valid("acme") == ()
        first = await secrets.rotate("acme", 60)
        assert first.previous_valid_until is None
        assert await secrets.valid("acme") == (first.secret,)
        assert await secrets.valid("other") == ()
        assert first.secret.startswith("whsec_")
        assert len(base64.b64decode(first.secret.removeprefix("whsec_"))) == 32


async def test_the_one_before_signs_until_its_grace_is_over(
    storage: StorageSettings, redis: Redis
) -> None:
    async with SecretStore.at(storage) as secrets:
        first = await secrets.rotate("acme", 60)
        second = await secrets.rotate("acme", 0.2)
        assert second.previous_valid_until is not None
        assert await secrets.valid("acme") == (second.secret, first.secret)
        eventually(lambda: not redis.exists(secret_keys("acme")[1]))
        assert await secrets.valid("acme") == (second.secret,)


async def test_a_rotation_without_grace_ends_every_older_secret(storage: StorageSettings) -> None:
    async with SecretStore.at(storage) as secrets:
        for _ in range(2):
            await secrets.rotate("acme", 60)
        last = await secrets.rotate("acme", 0)
        assert last.previous_valid_until is None
        assert await secrets.valid("acme") == (last.secret,)


async def test_secrets_are_sealed_where_blobs_are(storage: StorageSettings, redis: Redis) -> None:
    sealed = StorageSettings(redis_url=storage.redis_url, blob_keys=KEY)
    async with SecretStore.at(sealed) as secrets:
        secret = (await secrets.rotate("acme", 60)).secret
        assert await secrets.valid("acme") == (secret,)
    kept = base64.b64decode(str(redis.get(secret_keys("acme")[0])))
    assert secret.encode() not in kept
    async with SecretStore.at(storage) as without_key:
        with pytest.raises(BlobSealed):
            await without_key.valid("acme")


async def test_another_tenants_sealed_secret_does_not_open(
    storage: StorageSettings, redis: Redis
) -> None:
    sealed = StorageSettings(redis_url=storage.redis_url, blob_keys=KEY)
    async with SecretStore.at(sealed) as secrets:
        await secrets.rotate("acme", 0)
        redis.copy(secret_keys("acme")[0], secret_keys("other")[0])
        with pytest.raises(BlobSealed):
            await secrets.valid("other")
