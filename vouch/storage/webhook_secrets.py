"""Tenants' secrets that sign webhooks: sealed where blobs are; two while one replaces the other."""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Self

from redis.asyncio import Redis

from vouch.schemas.webhook import WebhookSecret
from vouch.storage.scripts import script
from vouch.storage.sealing import Sealer
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import open_redis, redis_answering

_KEY_BYTES = 32
_CONNECTIONS = 4


def secret_keys(tenant: str) -> tuple[str, str]:
    """Redis strings of a tenant's secret, which is configuration and without a time limit, and of
    the one before it, which goes when it ceases to sign.
    """
    return f"vouch:webhooks:{tenant}", f"vouch:webhooks:{tenant}:previous"


class SecretStore:
    """Secrets of every tenant. Use as an async context manager.

    Methods raise StoreUnavailable when Redis does not answer.
    """

    def __init__(self, redis: Redis, sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer
        self._rotate = redis.register_script(script("rotate_secret"))

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        return cls(open_redis(settings.redis_url, _CONNECTIONS), Sealer.of(settings))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    async def rotate(self, tenant: str, grace_seconds: float) -> WebhookSecret:
        """A new secret; the one before it signs too for `grace_seconds`."""
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"
        sealed = base64.b64encode(self._sealer.seal(_context(tenant), secret.encode())).decode()
        until = datetime.now(UTC) + timedelta(seconds=grace_seconds)
        current, previous = secret_keys(tenant)
        grace = round(grace_seconds * 1000)
        with redis_answering():
            previous_signs = await self._rotate(args=[current, previous, sealed, grace])
        return WebhookSecret(secret=secret, previous_valid_until=until if previous_signs else None)

    async def valid(self, tenant: str) -> tuple[str, ...]:
        """The secrets to sign with now, the newest first; none before the first `rotate`.

        BlobSealed when they were sealed under a key that this process does not have.
        """
        with redis_answering():
            kept = await self._redis.mget(secret_keys(tenant))
        return tuple(self._opened(tenant, text) for text in kept if text is not None)

    def _opened(self, tenant: str, text: str | bytes) -> str:
        return self._sealer.open(_context(tenant), base64.b64decode(text)).decode()


def _context(tenant: str) -> str:
    return f"webhooks/{tenant}"
