"""Couriers sign with a secret."""

import pytest

from vouch.storage.settings import StorageSettings
from vouch.storage.webhook_secrets import SecretStore


@pytest.fixture
async def secret(storage: StorageSettings) -> str:
    async with SecretStore.at(storage) as secrets:
        await secrets.rotate("acme", 0)
        return (await secrets.rotate("local", 0)).secret
