"""One HTTP request to an address that a caller named: guarded, bounded, never redirected."""

from asyncio import timeout
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Literal, Self

import httpcore
import httpx
from httpcore import AsyncConnectionPool, Response

from vouch.service.outward.guard import Guard, GuardedBackend, parsed_url
from vouch.service.places import Places

Failure = Literal["timeout", "unreachable", "not_http"]
"""Why there is no answer."""
FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    OSError,
)
"""What `Outward.answer` raises when there is no answer; TimeoutError is an OSError."""
_AGENT = "vouch"
_CONNECT_SECONDS = 5.0


def failure_of(error: Exception) -> Failure:
    """A word for one of FAILURES."""
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return "timeout"
    return "not_http" if isinstance(error, httpcore.ProtocolError) else "unreachable"


class Outward:
    """Calls what callers name. Use as an async context manager.

    Knows no proxy, keeps no connection and no cookie, and follows no redirect by itself.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.places = Places(8, 32, "documents are being fetched")
        """For whole documents: each may lie in memory while others are waited for."""
        self._pool = AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=None,  # whoever calls bounds that, per tenant
            max_keepalive_connections=0,
            network_backend=GuardedBackend(guard),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.aclose()

    @asynccontextmanager
    async def answer(
        self,
        method: str,
        url: str,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> AsyncIterator[Response]:
        """What the server says, its body unread. `seconds` bound all of it, reading included.

        AddressRefused; one of FAILURES.
        """
        parsed = parsed_url(url)
        patience = {"connect": min(_CONNECT_SECONDS, seconds), "read": seconds, "write": seconds}
        # what would have to be unpacked could grow beyond every limit
        always = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
        host = {"Host": parsed.netloc.decode()}
        async with (
            timeout(seconds),
            self._pool.stream(
                method,
                httpcore.URL(
                    scheme=parsed.raw_scheme,
                    host=parsed.raw_host,
                    port=parsed.port,
                    target=parsed.raw_path,
                ),
                headers=list((host | always | dict(headers or {})).items()),
                content=body,
                extensions={"timeout": patience},
            ) as response,
        ):
            yield response
