"""What happens around every request: its id, its body's pace, headers of its answer, a log line."""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent
from structlog.contextvars import bind_contextvars

from vouch.service.edge.body import Body, Pace, Room
from vouch.service.edge.headers import CLOSE, secured
from vouch.service.edge.leaving import Leaving

REQUEST_ID = b"x-request-id"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")
_LONGEST_PATH = 200
_CLIENT_GONE = 499
"""As nginx logs who has left before the answer."""


class Visit(msgspec.Struct):
    """One request, as the log has it. The query is not logged: it names fields."""

    request_id: str
    method: str
    path: str
    route: str
    """The template of the path; "" when no route was found."""
    status: int
    seconds: float
    tenant: str | None
    """None when nobody was let in."""
    waited: bool
    """Whether it could wait for a job: a long-poll, or a stream of events."""


class Edge:
    """An ASGI application around another one, which tells of every request when it is over."""

    def __init__(
        self, app: ASGIApp, leaving: Leaving, pace: Pace, room: Room, *tell: Callable[[Visit], None]
    ) -> None:
        self._app = app
        self._leaving = leaving
        self._pace = pace
        self._room = room
        self._tell = tell
        self.at_hand = 0
        """Requests that have not been answered yet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. The application finds `request_id` in the scope's state."""
        began = time.perf_counter()
        sent_id, has_body = _told_by(scope["headers"])
        request_id = sent_id or secrets.token_hex(16)
        bind_contextvars(request_id=request_id)
        scope["state"]["request_id"] = request_id
        body = Body(receive, self._pace, self._room) if has_body else None
        self.at_hand += 1
        answer = _Answer(send, request_id.encode(), body, self._leaving)
        try:
            await self._app(scope, receive if body is None else body.receive, answer.send)
        finally:
            self.at_hand -= 1
            if body is not None:
                body.leave()
            visit = _visit(scope, request_id, answer.status, time.perf_counter() - began)
            for tell in self._tell:
                tell(visit)


class _Answer:
    """What the application answers, with what the edge adds to it."""

    __slots__ = ("_body", "_leaving", "_request_id", "_send", "status")

    def __init__(self, send: Send, request_id: bytes, body: Body | None, leaving: Leaving) -> None:
        self.status = _CLIENT_GONE
        self._send = send
        self._request_id = request_id
        self._body = body
        self._leaving = leaving

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = secured(message["headers"])
            headers.append((REQUEST_ID, self._request_id))
            if self._leaving.has_begun or self._unread() is not None:
                headers.append(CLOSE)
            message["headers"] = headers
        elif message["type"] == "http.response.body" and not message.get("more_body"):
            unread = self._unread()
            if unread is not None:
                await self._send(_piece(message["body"], more=True))
                await unread.discard()
                message = _piece(b"", more=False)
        await self._send(message)

    def _unread(self) -> Body | None:
        """The body of which more may come, although it has been answered and nobody reads it."""
        return self._body if self._body is not None and self._body.is_unread else None


def _piece(body: bytes, *, more: bool) -> HTTPResponseBodyEvent:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _told_by(headers: Any) -> tuple[str, bool]:  # noqa: ANN401  the scope's list of pairs
    """The id that the caller gave the request, if it is well formed; whether there is a body."""
    request_id, has_body = "", False
    for name, value in headers:
        if name == REQUEST_ID:
            if _REQUEST_ID.fullmatch(value):
                request_id = value.decode()
        elif name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            has_body = True
    return request_id, has_body


def _visit(scope: Any, request_id: str, status: int, seconds: float) -> Visit:  # noqa: ANN401
    caller = scope.get("user")
    route = scope.get("path_template", "")
    return Visit(
        request_id=request_id,
        method=scope["method"],
        path=scope["path"][:_LONGEST_PATH],
        route=route,
        status=status,
        seconds=round(seconds, 6),
        tenant=None if caller is None else caller.tenant.name,
        waited=b"wait=" in scope["query_string"] or route.endswith("/events"),
    )
