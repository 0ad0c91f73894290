"""Load over HTTP/1.1 from a process of its own: as many connections as wanted, each in turn.

Own code because the client must cost less than the server: it shares two cores with it.
"""

import asyncio
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import uvloop

from vouch.schemas.value import Value

_PATIENCE_SECONDS = 90.0


class Answered(Value):
    """One request's fate."""

    status: int
    """0 when there was no answer."""
    began: float
    """By the machine's monotonic clock, which all its processes share."""
    ended: float

    @property
    def seconds(self) -> float:
        """From the first byte sent to the last byte received."""
        return self.ended - self.began


class _Peer(asyncio.Protocol):
    """One connection: sends a request, takes its answer, and so on."""

    def __init__(self, requests: Sequence[bytes], until: float | None) -> None:
        self.over = asyncio.get_running_loop().create_future()
        self.seen: list[tuple[int, float, float]] = []
        self._requests = requests
        self._until = until
        self._at = 0
        self._began = 0.0
        self._answer = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        status = _complete(self._answer)
        if status is None:
            return
        now = time.monotonic()
        self.seen.append((status, self._began, now))
        self._answer.clear()
        self._at += 1
        is_over = self._at == len(self._requests) if self._until is None else now >= self._until
        if is_over:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  which one is all the same
        if self._answer or self._at == 0:
            self.seen.append((0, self._began, time.monotonic()))
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        self._began = time.monotonic()
        self._transport.write(self._requests[self._at % len(self._requests)])


def _complete(answer: bytearray) -> int | None:
    """The status of an answer that has arrived as a whole."""
    head_end = answer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    start = answer.find(b"content-length: ", 0, head_end)
    length = 0 if start < 0 else int(answer[start + 16 : answer.find(b"\r\n", start)])
    return int(answer[9:12]) if len(answer) >= head_end + 4 + length else None


def get(path: str) -> bytes:
    """A request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post_file(path: str, content: bytes) -> bytes:
    """A form with one file."""
    start = b'--bench\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    body = start + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--bench--\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: multipart/form-data; boundary=bench\r\n\r\n"
    )
    return head.encode() + body


def many(port: int, requests: Sequence[bytes], peers: int, seconds: float) -> list[Answered]:
    """Every connection sends the requests round and round, one after the other, for so long."""
    return uvloop.run(_many(port, [requests] * peers, seconds))


def each_once(port: int, requests: Sequence[bytes]) -> list[Answered]:
    """Every request at once, each on a connection of its own; in the same order."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    return uvloop.run(_many(port, [[request] for request in requests], None))


async def _many(
    port: int, plans: Sequence[Sequence[bytes]], seconds: float | None
) -> list[Answered]:
    loop = asyncio.get_running_loop()
    until = None if seconds is None else time.monotonic() + seconds
    peers = [_Peer(plan, until) for plan in plans]
    for peer in peers:
        await loop.create_connection(partial(_itself, peer), "127.0.0.1", port)
    await asyncio.wait([peer.over for peer in peers], timeout=_PATIENCE_SECONDS + (seconds or 0))
    return [
        Answered(status=status, began=began, ended=ended)
        for peer in peers
        for status, began, ended in peer.seen or [(0, 0.0, 0.0)]
    ]


def _itself(peer: _Peer) -> _Peer:
    return peer


def loader() -> ProcessPoolExecutor:
    """The process from which load comes."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))
