"""Who may call which route: the guards, and the caller that a route is told of.

Every route but the probes and the OpenAPI document bears one guard:

    @get("/v1/jobs/{job_id:str}", guards=[requires("read")], responses=refused_with(*REFUSALS, …))
    async def look(job_id: str, caller: NamedDependency[Caller], …) -> …

A guard runs before the body is read. A route without one has no caller: to ask for it is an error.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope

from vouch.schemas.errors import Forbidden, RateLimited, Unauthenticated
from vouch.schemas.tenant import LOCAL, Caller, Scope, Tenant
from vouch.service.exposure import is_loopback
from vouch.storage.callers import Callers

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

REFUSALS = ("unauthenticated", "forbidden", "rate_limited", "store_unavailable")
"""With what every guarded route may answer, for the OpenAPI document."""
_BEARER = b"bearer "
_FORWARDED = frozenset({b"forwarded", b"via", b"x-forwarded-for", b"x-real-ip"})


class Gate:
    """Lets callers in who may make a request. One a process, for all its routes."""

    def __init__(self, callers: Callers, *, metrics_are_open: bool = False) -> None:
        self.metrics_are_open = metrics_are_open
        self._callers = callers
        self._buckets: dict[str, _Bucket] = {}

    async def admit(self, request: HTTPScope, needed: Scope) -> Caller:
        """Who makes the request. Unauthenticated, Forbidden, RateLimited, StoreUnavailable.

        While nothing changes this costs no call of Redis.
        """
        headers = dict(request["headers"])
        key = _key_in(headers)
        if key is None:
            caller = await self._callers.anonymous()
            _insist_on_this_machine(request, headers)
        else:
            caller = await self._callers.of_key(key)
        self._spend(caller.tenant)
        if caller.scopes.isdisjoint((needed, "admin")):
            raise Forbidden(f"this needs an API key with the scope {needed}")
        return caller

    def _spend(self, tenant: Tenant) -> None:
        rate = tenant.terms.requests_per_second
        if rate is None:
            return
        now = monotonic()
        bucket = self._buckets.setdefault(tenant.name, _Bucket(max(1.0, rate), now))
        wait = bucket.take(rate, now)
        if wait > 0:
            error = RateLimited(f"more than {rate:g} requests a second")
            error.retry_after = wait
            raise error


@dataclass(slots=True)
class _Bucket:
    """Requests that a tenant may make at once; fills by its rate up to one second's worth."""

    left: float
    at: float

    def take(self, rate: float, now: float) -> float:
        """Take one; 0, or the seconds until there is one."""
        self.left = min(max(1.0, rate), self.left + (now - self.at) * rate)
        self.at = now
        if self.left < 1:
            return (1 - self.left) / rate
        self.left -= 1
        return 0.0


def requires(needed: Scope) -> Guard:
    """A guard that lets in whose key has this scope, or the scope admin."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        gate: Gate = connection.app.state.gate
        connection.scope["user"] = await gate.admit(connection.scope, needed)  # type: ignore[arg-type]

    return guard


async def may_scrape(connection: Connection, handler: BaseRouteHandler) -> None:
    """The guard of /metrics, which tell of all tenants: for the operator's admins.

    The operator is the tenant `local`. The settings may open them to everyone.
    """
    gate: Gate = connection.app.state.gate
    if gate.metrics_are_open:
        return
    await requires("admin")(connection, handler)
    if connection.scope["user"].tenant.name != LOCAL:
        raise Forbidden(f"metrics tell of all tenants: this needs an admin's key of {LOCAL!r}")


def caller_of(request: Request[Caller, Any, Any]) -> Caller:
    """The dependency `caller`: whom the route's guard has let in."""
    return request.user


def _key_in(headers: Mapping[bytes, bytes]) -> str | None:
    """The API key of a request. X-API-Key goes first: a proxy may have its own Authorization."""
    key = headers.get(b"x-api-key")
    if key is None:
        authorization = headers.get(b"authorization", b"")
        if authorization[: len(_BEARER)].lower() != _BEARER:
            return None
        key = authorization[len(_BEARER) :]
    return key.decode("latin-1").strip()


def _insist_on_this_machine(request: HTTPScope, headers: Mapping[bytes, bytes]) -> None:
    """Unauthenticated unless a program of this machine asks of its own accord.

    A proxy on this machine speaks for others; a browser here speaks for pages from anywhere, which
    show in Origin, or in Host where a foreign name was made to lead here (DNS rebinding).
    """
    client = request["client"]
    origin = headers.get(b"origin")
    is_own = (
        client is not None
        and is_loopback(client[0])
        and _FORWARDED.isdisjoint(headers)
        and is_loopback(_host(b"//" + headers.get(b"host", b"")))
        and (origin is None or is_loopback(_host(origin)))
    )
    if not is_own:
        raise Unauthenticated(
            "without an API key only this machine is served, by the name localhost and not"
            " through a proxy: make a key with `vouch keys create`"
        )


def _host(url: bytes) -> str:
    try:
        return urlsplit(url.decode("latin-1")).hostname or ""
    except ValueError:
        return ""
