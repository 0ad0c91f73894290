"""The server: uvicorn that leaves in order."""

import gc
import resource
import socket
import time
from collections.abc import Sequence
from types import FrameType

import uvicorn

from vouch.service.edge.leaving import Leaving
from vouch.service.edge.protocol import EdgeConfig


class LeavingServer(uvicorn.Server):
    """Serves until SIGTERM or SIGINT, and a little longer; a second signal ends it sooner.

    At the signal /readyz turns to 503, so that nobody is sent here any more. Until the drain time
    is over everything else goes on; then who waits is answered, and what has begun is finished.
    """

    def __init__(self, config: EdgeConfig, leaving: Leaving, drain_seconds: float) -> None:
        super().__init__(config)
        self._leaving = leaving
        self._drain_seconds = drain_seconds
        self._leaves_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._leaves_at is None:
            self._leaving.begin()
            self._leaves_at = time.monotonic() + self._drain_seconds
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._leaves_at is not None and time.monotonic() >= self._leaves_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving.let_go()
        await super().shutdown(sockets)


def serve(server: LeavingServer, sockets: Sequence[socket.socket] | None) -> None:
    """Serve on these sockets, or where the configuration says, until it is over."""
    _raise_descriptor_limit()
    # what is there by now stays: walking through it again and again costs a tenth of all polls
    gc.collect()
    gc.freeze()
    server.run(sockets=None if sockets is None else list(sockets))


def _raise_descriptor_limit() -> None:
    """Every caller who waits holds a descriptor, and the usual limit is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
