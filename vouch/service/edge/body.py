"""The body of a request as it arrives: neither too slowly nor beside too many others."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from litestar.types import HTTPReceiveMessage, Receive

from vouch.schemas.errors import InvalidRequest, RequestTooSlow, ServiceBusy

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a body must arrive."""

    bytes_per_second: float
    grace_seconds: float
    """That it may be behind."""


class Room:
    """The bytes of all bodies that this process holds at one time, and how many they may be.

    Bodies are in memory until their requests are answered: many large ones together would have the
    process killed, and everybody's requests with it.
    """

    __slots__ = ("_most", "taken")

    def __init__(self, most: int) -> None:
        self._most = most
        self.taken = 0

    def take(self, count: int) -> None:
        """ServiceBusy when there is no room for so many more bytes."""
        if self.taken + count > self._most:
            raise ServiceBusy("too many bytes are being uploaded at this moment")
        self.taken += count

    def leave(self, count: int) -> None:
        """Bytes that have been taken are no longer held."""
        self.taken -= count


class Body:
    """A body that must keep a pace; only the time in which the service waits for it counts."""

    __slots__ = ("_held", "_pace", "_receive", "_received", "_room", "_waited", "is_unread")

    def __init__(self, receive: Receive, pace: Pace, room: Room) -> None:
        self.is_unread = True
        """Whether more of it may come."""
        self._receive = receive
        self._pace = pace
        self._room = room
        self._held = 0
        self._received = 0
        self._waited = 0.0

    async def receive(self) -> HTTPReceiveMessage:
        """The next piece, as ASGI wants it. RequestTooSlow, ServiceBusy; InvalidRequest at an end
        that comes too early."""
        if not self.is_unread:
            return await self._receive()  # type: ignore[return-value]  # of HTTP
        clock = asyncio.get_running_loop().time
        before = clock()
        due = self._pace.grace_seconds + self._received / self._pace.bytes_per_second
        try:
            async with asyncio.timeout_at(before + due - self._waited):
                message = await self._receive()
        except TimeoutError:
            raise RequestTooSlow("the body of the request came too slowly") from None
        self._waited += clock() - before
        if message["type"] != "http.request":
            self.is_unread = False
            raise InvalidRequest("the body of the request ended early")
        self._received += len(message["body"])
        self.is_unread = message["more_body"]
        self._hold(len(message["body"]))
        return message

    def _hold(self, count: int) -> None:
        self._room.take(count)
        self._held += count

    def leave(self) -> None:
        """The request is over, and nobody holds its body any longer."""
        self._room.leave(self._held)
        self._held = 0

    async def discard(self) -> None:
        """Take what is on its way, within bounds: closing on it would destroy the answer too.

        A connection closed with unread bytes is reset, and the peer may never see what was said.
        """
        left = _LINGER_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while self.is_unread and left > 0:
                    message = await self._receive()
                    if message["type"] != "http.request":
                        return
                    self.is_unread = message["more_body"]
                    left -= len(message["body"])
