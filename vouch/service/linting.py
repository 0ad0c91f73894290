"""Judging schemas without keeping other callers waiting."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from vouch.grammar.lint import Lint, lint, require_accepted
from vouch.schemas.shape import JsonSchema

_THREADS = 2
_REMEMBERED = 64


class Linter:
    """Lints in threads of its own, and remembers the schemas that it accepted last."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="lint")
        self._insist = lru_cache(_REMEMBERED)(_insist)

    async def lint(self, schema: JsonSchema) -> Lint:
        """What there is to say about every keyword of a schema."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lint, schema)

    async def require_accepted(self, schema: JsonSchema) -> None:
        """SchemaRefused, SchemaTooLarge with the places. Asked again, an accepted one is free."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._insist, json.dumps(schema))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _insist(text: str) -> None:
    require_accepted(json.loads(text))
