import pytest
from redis import Redis

from vouch.schemas.tenant import Tenant, Terms
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import TenantStore

TERMS = Terms(running=4, weight=2.5, submits_per_minute=60, retention_seconds=604800)


@pytest.fixture
def tenants(storage: StorageSettings) -> TenantStore:
    return TenantStore.at(storage)


def test_scripts_find_the_terms_as_plain_fields(tenants: TenantStore, redis: Redis) -> None:
    tenants.put(Tenant(name="acme", terms=TERMS))
    assert redis.hgetall("vouch:tenant:acme") == {
        "running": "4", "weight": "2.5", "submits_per_minute": "60", "retention_seconds": "604800",
    }  # fmt: skip
    numeric = "return redis.call('HGET', KEYS[1], 'weight') * 2 .. ''"
    assert redis.eval(numeric, 1, "vouch:tenant:acme") == "5"


def test_terms_are_read_as_they_were_written(tenants: TenantStore) -> None:
    acme = Tenant(name="acme", terms=TERMS)
    tenants.put(acme)
    assert tenants.get("acme") == acme
    tenants.put(Tenant(name="acme", terms=Terms(waiting=9)))
    assert tenants.get("acme").terms == Terms(waiting=9)


def test_a_tenant_that_nobody_set_has_no_limits(
    tenants: TenantStore, storage: StorageSettings
) -> None:
    assert tenants.get("acme").terms == Terms()
    with Keyring.at(storage) as keyring:
        keyring.create(Tenant(name="acme"), ["read"])
    assert tenants.all() == (Tenant(name="acme"),)


def test_the_list_holds_every_tenant_by_name(tenants: TenantStore) -> None:
    for name in ("zeta", "acme"):
        tenants.put(Tenant(name=name, terms=TERMS))
    assert [tenant.name for tenant in tenants.all()] == ["acme", "zeta"]
