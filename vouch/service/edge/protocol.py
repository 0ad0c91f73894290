"""HTTP/1.1 as uvicorn reads it, with bounds on what a peer may send before a request is known.

uvicorn bounds neither the size of a head nor the time in which it must arrive (with httptools):
who sends a byte a minute would hold a connection for ever.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from vouch.service.edge.headers import refusal
from vouch.service.settings import ServiceSettings

_LINGER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """What the head of a request may take."""

    bytes: int
    seconds: float
    """From its first byte, or from the connection for the first request on it, to its end."""


class EdgeConfig(uvicorn.Config):
    """How uvicorn serves Vouch: uvloop, httptools, no websockets, no log of its own."""

    def __init__(self, app: Any, settings: ServiceSettings, host: str, port: int) -> None:  # noqa: ANN401  as uvicorn declares it
        super().__init__(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http=BoundedHttp,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=settings.keep_alive_seconds,
            timeout_graceful_shutdown=settings.finish_seconds,
        )
        self.head_limits = HeadLimits(settings.max_head_bytes, settings.head_seconds)


class BoundedHttp(HttpToolsProtocol):
    """A connection whose request heads are bounded in size and time."""

    config: EdgeConfig

    def __init__(
        self,
        config: EdgeConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = config.head_limits
        self._awaits_head = True
        self._head_bytes = 0
        self._is_refused = False
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._awaits_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._awaits_head and self._head_bytes:
            if self._head_bytes > self._limits.bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large")
            elif self._head_timer is None:
                self._start_timer()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        self._awaits_head = False
        # the last piece of a head brings the first ones of a body along
        if self._head_bytes > self._limits.bytes and self._size() > self._limits.bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large")
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._awaits_head = True
        self._head_bytes = 0
        if not self._is_refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn's own words
        self._refuse(HTTPStatus.BAD_REQUEST, "malformed_request")

    def _size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _start_timer(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if self._head_bytes:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "request_too_slow")
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        """Answer what cannot become a request, unless another answer is on its way; then close.

        What still comes is thrown away for a moment: a connection that is closed with unread bytes
        is reset, and the peer may never see what was said.
        """
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()
            return
        self.transport.write(refusal(status, code))
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)
