"""Tenants and their terms, as plain fields that scripts read too."""

from collections.abc import Mapping
from typing import Any

from redis.typing import EncodableT, FieldT

from vouch.schemas.tenant import Tenant, Terms
from vouch.storage.connected import Connected
from vouch.storage.keys import ACCESS_CHANGES, TENANTS, tenant_key
from vouch.storage.writes import redis_answering


class TenantStore(Connected):
    """Tenants, for the command line. Every method raises StoreUnavailable."""

    def put(self, tenant: Tenant) -> None:
        """Make these the tenant's terms, on every process at once."""
        key = tenant_key(tenant.name)
        with redis_answering(), self._redis.pipeline() as together:
            together.sadd(TENANTS, tenant.name)
            together.delete(key)
            together.hset(key, mapping=terms_row(tenant.terms))
            together.publish(ACCESS_CHANGES, tenant.name)
            together.execute()

    def get(self, name: str) -> Tenant:
        """The tenant; one that nobody has set has no limits."""
        with redis_answering():
            row: Any = self._redis.hgetall(tenant_key(name))
        return Tenant(name=name, terms=terms_of(row))

    def all(self) -> tuple[Tenant, ...]:
        """Every tenant that was set or has a key, by name."""
        with redis_answering():
            names: Any = self._redis.smembers(TENANTS)
        return tuple(self.get(name) for name in sorted(names))


def terms_row(terms: Terms) -> dict[FieldT, EncodableT]:
    """Terms as fields of a hash; what is None is left out."""
    return {name: str(limit) for name, limit in terms.model_dump(exclude_none=True).items()}


def terms_of(row: Mapping[str, str]) -> Terms:
    """The terms that `terms_row` wrote; no limits for a tenant without a row."""
    return Terms.model_validate(row)
