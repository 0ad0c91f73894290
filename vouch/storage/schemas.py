"""The schemas that callers have stored, by name and version."""

import json
from typing import Self

from redis.asyncio import Redis

from vouch.schemas.errors import InvalidRequest, SchemaNotFound
from vouch.schemas.shape import JsonSchema
from vouch.schemas.stored import StoredSchema
from vouch.schemas.wanted import WantedSchema, digest_of
from vouch.storage.keys import schema_key, schema_texts_key, schemas_key
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import open_redis, redis_answering

MOST = 1000
"""A tenant's schemas, and versions of each: kept without a time limit, so their number has one."""

_PUT = """
local latest = tonumber(redis.call('HGET', KEYS[1], 'latest') or 0)
if latest > 0 and redis.call('HGET', KEYS[1], 'digest:' .. latest) == ARGV[2] then
  return {latest, 0}
end
local most = tonumber(ARGV[4])
if latest == 0 and redis.call('SCARD', KEYS[2]) >= most then return {0, 0} end
if latest >= most then return {0, 0} end
latest = latest + 1
redis.call('HSET', KEYS[1], 'latest', latest, 'digest:' .. latest, ARGV[2])
redis.call('HSET', KEYS[3], latest, ARGV[3])
redis.call('SADD', KEYS[2], ARGV[1])
return {latest, 1}
"""
"""Add a version unless the newest one is the same; answers its number and whether it is new.

KEYS: digests, names, texts. ARGV: name, digest, JSON, limit. Number 0 means that there is no room.
"""


class SchemaStore:
    """Each tenant's schemas in Redis. Versions count from "1"; none is ever changed.

    Use as an async context manager. Every method raises StoreUnavailable when Redis does not
    answer, and SchemaNotFound for what is not known, or is another tenant's.
    """

    def __init__(self, redis: Redis, most: int = MOST) -> None:
        self._redis = redis
        self._most = most
        self._put = redis.register_script(_PUT)

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        return cls(open_redis(settings.redis_url))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    async def put(
        self, tenant: str, name: str, json_schema: JsonSchema
    ) -> tuple[WantedSchema, bool]:
        """Make this the newest version, and tell whether it was not. InvalidRequest when full."""
        keys = [schema_key(tenant, name), schemas_key(tenant), schema_texts_key(tenant, name)]
        arguments: list[str | int] = [
            name,
            digest_of(json_schema),
            json.dumps(json_schema),
            self._most,
        ]
        with redis_answering():
            version, is_new = await self._put(keys=keys, args=arguments)
        if not version:
            raise InvalidRequest(
                f"this service keeps {self._most} schemas a tenant, of {self._most} versions each"
            )
        schema = WantedSchema(name=name, version=str(version), json_schema=json_schema)
        return schema, bool(is_new)

    async def get(self, tenant: str, name: str, version: str | None = None) -> WantedSchema:
        """One version of a schema, by default the newest."""
        with redis_answering():
            wanted = version or await self._redis.hget(schema_key(tenant, name), "latest") or ""
            text = await self._redis.hget(schema_texts_key(tenant, name), wanted)
        if text is None:
            raise SchemaNotFound(f"there is no schema {name!r} of this version")
        return WantedSchema(name=name, version=str(wanted), json_schema=json.loads(text))

    async def forget(self, tenant: str, name: str) -> None:
        """Delete a schema with all its versions; jobs keep the copy that they were given."""
        with redis_answering():
            async with self._redis.pipeline() as together:
                together.delete(schema_key(tenant, name), schema_texts_key(tenant, name))
                together.srem(schemas_key(tenant), name)
                deleted, _ = await together.execute()
        if not deleted:
            raise SchemaNotFound(f"there is no schema {name!r}")

    async def all(self, tenant: str) -> tuple[StoredSchema, ...]:
        """Every schema of a tenant with the digests of its versions, by name."""
        with redis_answering():
            names = sorted(map(str, await self._redis.smembers(schemas_key(tenant))))
            async with self._redis.pipeline(transaction=False) as pipeline:
                for name in names:
                    pipeline.hgetall(schema_key(tenant, name))
                rows = await pipeline.execute()
        return tuple(_stored(name, row) for name, row in zip(names, rows, strict=True) if row)


def _stored(name: str, row: dict[str, str]) -> StoredSchema:
    latest = int(row["latest"])
    digests = {str(number): row[f"digest:{number}"] for number in range(1, latest + 1)}
    return StoredSchema(name=name, version=str(latest), versions=digests)
