"""The service with its usual settings, and keys to it."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.service.client import serving
from vouch.service.settings import ServiceSettings
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings


@pytest.fixture
async def client(storage: StorageSettings) -> AsyncIterator[AsyncClient]:
    async with serving(ServiceSettings(), storage) as client:
        yield client


@pytest.fixture
def keyring(storage: StorageSettings) -> Keyring:
    return Keyring.at(storage)
