"""Judging schemas without keeping other callers waiting."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from vouch.grammar.lint import Lint, lint, require_accepted
from vouch.schemas.errors import ServiceBusy
from vouch.schemas.shape import JsonSchema

_THREADS = 2
_WAITING = 16
_REMEMBERED = 64

_Asked = TypeVar("_Asked")
_Verdict = TypeVar("_Verdict")


class Linter:
    """Lints in threads of its own, and remembers the schemas that it accepted last.

    ServiceBusy, at once, for who comes when all threads judge and 16 schemas wait for them.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="lint")
        self._places = threading.BoundedSemaphore(_THREADS + _WAITING)
        self._insist = lru_cache(_REMEMBERED)(_insist)

    async def lint(self, schema: JsonSchema) -> Lint:
        """What there is to say about every keyword of a schema."""
        return await self._judged(lint, schema)

    async def require_accepted(self, schema: JsonSchema) -> None:
        """SchemaRefused, SchemaTooLarge with the places. Asked again, an accepted one is free."""
        await self._judged(self._insist, json.dumps(schema))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _judged(self, judge: Callable[[_Asked], _Verdict], asked: _Asked) -> _Verdict:
        if not self._places.acquire(blocking=False):
            raise ServiceBusy("too many schemas wait to be judged: try again in a few seconds")
        verdict = self._threads.submit(judge, asked)
        # a caller who goes away gives the place back only when its schema is off the threads
        verdict.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(verdict)


def _insist(text: str) -> None:
    require_accepted(json.loads(text))
