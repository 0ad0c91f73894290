"""Stores of a process that does one thing at a time, such as a command."""

from typing import Self

from redis import Redis

from vouch.storage.settings import StorageSettings
from vouch.storage.writes import connection_options


class Connected:
    """Something that lies in Redis; a context manager that closes its connections."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """On the configured Redis; nothing is connected yet."""
        url = settings.redis_url
        return cls(Redis.from_url(url, **connection_options(url)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._redis.close()
