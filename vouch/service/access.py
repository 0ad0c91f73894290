"""Who may call which route, and the caller that a route is told of.

Every route but the probes and the OpenAPI document asks first:

    @get("/v1/jobs/{job_id:str}", before_request=requires("read"), responses=…)
    async def look(job_id: str, caller: NamedDependency[Caller], …) -> …

It asks before the body is read. A route that does not has no caller: to want one is an error. These
are hooks and no guards of Litestar, which copies the whole route for each: a tenth of a poll.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.types import HTTPScope

from vouch.schemas.errors import Forbidden, RateLimited, Unauthenticated
from vouch.schemas.tenant import LOCAL, Caller, Scope, Tenant
from vouch.service.exposure import is_loopback
from vouch.storage.callers import Callers

Asked = Request[Any, Any, Any]
Hook = Callable[[Asked], Awaitable[None]]

REFUSALS = ("unauthenticated", "forbidden", "rate_limited", "store_unavailable")
"""With what every route that asks may answer, for the OpenAPI document."""
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


def requires(needed: Scope) -> Hook:
    """Lets in whose key has this scope, or the scope admin."""

    async def admit(request: Asked) -> None:
        gate: Gate = request.app.state.gate
        request.scope["user"] = await gate.admit(request.scope, needed)

    return admit


async def may_scrape(request: Asked) -> None:
    """For /metrics, which tell of all tenants: lets in the operator's admins.

    The operator is the tenant `local`. The settings may open them to everyone.
    """
    gate: Gate = request.app.state.gate
    if gate.metrics_are_open:
        return
    await requires("admin")(request)
    if request.user.tenant.name != LOCAL:
        raise Forbidden(f"metrics tell of all tenants: this needs an admin's key of {LOCAL!r}")


def caller_of(request: Request[Caller, Any, Any]) -> Caller:
    """The dependency `caller`: whom the route's hook has let in."""
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
