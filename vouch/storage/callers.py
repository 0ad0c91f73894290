"""Whose an API key is: asked of Redis once, then remembered until a key or a tenant changes."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from vouch.schemas.errors import Unauthenticated
from vouch.schemas.tenant import LOCAL, Caller, Scope, Tenant
from vouch.storage.ending import cancelled
from vouch.storage.keyring import StoredKey, parsed_key, stored_key_of, unknown_key
from vouch.storage.keys import ACCESS_CHANGES, API_KEYS, api_key_key, tenant_key
from vouch.storage.settings import StorageSettings
from vouch.storage.tenants import terms_of
from vouch.storage.writes import open_redis, redis_answering

_PING_SECONDS = 1.0
_TRUST_SECONDS = 3.0
_UNKNOWN_SECONDS = 5.0
_MOST_UNKNOWN = 1024
_RETRY_SECONDS = 0.5
_ALL: frozenset[Scope] = frozenset({"read", "submit", "admin"})
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Memory:
    """What was learnt since the last change."""

    keys: dict[str, tuple[StoredKey, Caller]] = field(default_factory=dict)
    unknown: dict[str, float] = field(default_factory=dict)
    """Ids that no key has, and when that is to be asked again."""
    has_keys: bool | None = None
    anonymous: Caller | None = None


class Callers:
    """Who makes a request: the service's memory of keys and tenants.

    Use as an async context manager. A change of a key or a tenant makes every process forget what
    it knows. While the channel that tells of changes is silent, nothing remembered is trusted.
    StoreUnavailable when Redis does not answer and has to be asked.
    """

    def __init__(
        self,
        redis: Redis,
        trust_seconds: float = _TRUST_SECONDS,
        ping_seconds: float = _PING_SECONDS,
    ) -> None:
        """Memory is trusted for so long after a sign of life on the channel of changes."""
        self._redis = redis
        self._trust_seconds = trust_seconds
        self._ping_seconds = ping_seconds
        self._heard = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self._memory = _Memory()
        self._trusted_until = 0.0

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A memory of the configured Redis; nothing is connected yet."""
        return cls(open_redis(settings.redis_url))

    async def __aenter__(self) -> Self:
        self._listener = asyncio.create_task(self._listen_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listener is not None:
            await cancelled([self._listener])
        await self._redis.aclose()

    async def listening(self) -> None:
        """Return when changes are heard: from then on what is learnt is remembered."""
        await self._heard.wait()

    async def of_key(self, text: str) -> Caller:
        """Whose key this is. Unauthenticated when it is unknown, expired or revoked."""
        key_id, digest = parsed_key(text)
        memory = self._trusted()
        stored, caller = memory.keys.get(key_id) or await self._learn(memory, key_id)
        stored.check(digest, datetime.now(UTC))
        return caller

    async def anonymous(self) -> Caller:
        """The caller without a key. Unauthenticated as soon as any key has been made."""
        memory = self._trusted()
        if memory.anonymous is None:
            with redis_answering():
                memory.has_keys = bool(await self._redis.exists(API_KEYS))
            memory.anonymous = Caller(tenant=await self._tenant(LOCAL), scopes=_ALL)
        if memory.has_keys:
            raise Unauthenticated("an API key is needed: Authorization: Bearer vouch_…")
        return memory.anonymous

    def _trusted(self) -> _Memory:
        """What is known; nothing, and remembered nowhere, while changes might not be heard.

        Who learns something keeps it in the memory from before asking: when a change comes
        meanwhile, that memory is gone, and with it what may be out of date.
        """
        return self._memory if time.monotonic() < self._trusted_until else _Memory()

    async def _learn(self, memory: _Memory, key_id: str) -> tuple[StoredKey, Caller]:
        now = time.monotonic()
        if memory.unknown.get(key_id, 0.0) > now:
            raise unknown_key()
        with redis_answering():
            row: Any = await self._redis.hgetall(api_key_key(key_id))
        if not row:
            if len(memory.unknown) >= _MOST_UNKNOWN:
                memory.unknown.clear()
            memory.unknown[key_id] = now + _UNKNOWN_SECONDS
            raise unknown_key()
        stored = stored_key_of(key_id, row)
        tenant = await self._tenant(stored.key.tenant)
        known = stored, Caller(tenant=tenant, scopes=stored.key.scopes, key_id=key_id)
        memory.keys[key_id] = known
        return known

    async def _tenant(self, name: str) -> Tenant:
        with redis_answering():
            row: Any = await self._redis.hgetall(tenant_key(name))
        return Tenant(name=name, terms=terms_of(row))

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                _log.warning("access_changes_lost", error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        """Hear of changes; a ping that stays unanswered ends the connection."""
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(ACCESS_CHANGES)
            silent = 0
            while silent < 2:
                message = await subscription.get_message(timeout=self._ping_seconds)
                if message is None:
                    silent += 1
                    await subscription.ping()
                    continue
                silent = 0
                if message["type"] in ("message", "subscribe"):
                    self._memory = _Memory()
                self._trusted_until = time.monotonic() + self._trust_seconds
                self._heard.set()
        raise ConnectionError("no sign of life on the channel of changes")
