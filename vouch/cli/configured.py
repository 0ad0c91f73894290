"""What commands change in Redis directly: keys and tenants, whether a service runs or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vouch.cli.data_dir import redis_of
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore


@contextmanager
def keyring(data_dir: Path) -> Iterator[Keyring]:
    """The keys of the service that uses this folder, or the Redis that REDIS_URL names."""
    with redis_of(data_dir) as url, Keyring.at(StorageSettings(redis_url=url)) as keys:
        yield keys


@contextmanager
def tenant_store(data_dir: Path) -> Iterator[TenantStore]:
    """The tenants of the service that uses this folder, or the Redis that REDIS_URL names."""
    with redis_of(data_dir) as url, TenantStore.at(StorageSettings(redis_url=url)) as tenants:
        yield tenants
