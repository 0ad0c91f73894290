"""Asking a server again after a failure that may pass, with growing pauses."""

import asyncio
import email.utils
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import openai

from vouch.workers.engines.breaker import Withdrawn

Answer = TypeVar("Answer")
_LOOK_SECONDS = 0.25
_MAY_PASS = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask, and how long to wait between."""

    attempts: int
    first_s: float = 0.5
    longest_s: float = 8.0
    chance: random.Random = field(default_factory=random.Random)

    async def ask(
        self,
        call: Callable[[], Awaitable[Answer]],
        sleep: Callable[[float], Awaitable[None]],
        left_s: Callable[[], float],
    ) -> Answer:
        """What `call` returns at last; its last openai.APIError when that cannot pass, attempts
        have run out, or the pause would take longer than the seconds that are left."""
        for attempt in range(1, self.attempts):
            try:
                return await call()
            except openai.APIError as error:
                pause = self.pause(error, attempt)
                if pause is None or pause >= left_s():
                    raise
            await sleep(pause)
        return await call()

    def pause(self, error: openai.APIError, attempt: int) -> float | None:
        """Seconds until the next attempt; None when asking again is no use.

        The server's own wish, else half to the whole of a pause that doubles each time.
        """
        if not may_pass(error):
            return None
        if isinstance(error, openai.APIStatusError):
            wished = retry_after(error.response.headers)
            if wished is not None:
                return wished
        longest = min(self.first_s * 2.0 ** (attempt - 1), self.longest_s)
        return longest * self.chance.uniform(0.5, 1.0)


def may_pass(error: openai.APIError) -> bool:
    """Whether the server may answer the same request later: it is busy, broken or not there."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in _MAY_PASS or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds by the header Retry-After, as a number or a date (RFC 9110, 10.2.3)."""
    wish = headers.get("retry-after", "").strip()
    if wish.replace(".", "", 1).isdecimal():
        return float(wish)
    moment = email.utils.parsedate_tz(wish)
    try:
        return None if moment is None else max(0.0, email.utils.mktime_tz(moment) - time.time())
    except (ValueError, OverflowError):  # a year that no calendar has
        return None


async def while_wanted(
    answer: Coroutine[Any, Any, Answer], is_wanted: Callable[[], bool]
) -> Answer:
    """The answer; Withdrawn, and the call given up, as soon as nobody waits for it any more."""
    call = asyncio.create_task(answer)
    try:
        while is_wanted():
            if (await asyncio.wait({call}, timeout=_LOOK_SECONDS))[0]:
                return call.result()
        raise Withdrawn
    finally:
        call.cancel()
