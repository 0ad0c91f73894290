"""Who is called next to whom: no receiver and no tenant takes the turns of others."""

import random
import time
from asyncio import Semaphore
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

_MOST_AT_ONCE = 64
_MOST_OF_TENANT = 16
_MOST_OF_RECEIVER = 8
_ROOM_OF_TENANT = 512
_ROOM_OF_RECEIVER = 128
_LONGEST_PUT_OFF = 600.0


@dataclass
class _Lane:
    most: int
    room: int
    seconds: float = 0.1
    """What a call takes, as the last ones took."""
    present: int = 0
    put_off: int = 0
    """Calls sent away since the lane last had room: a few, or the same ones again and again."""
    turns: Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.turns = Semaphore(self.most)

    def pause(self) -> float:
        """Seconds until a call had better come again; 0 when there is room."""
        if self.present < self.room:
            self.put_off = 0
            return 0
        self.put_off += 1
        turn = 2 + self.put_off * self.seconds / self.most
        return random.uniform(1, min(turn, _LONGEST_PUT_OFF))


class Lanes:
    """How many calls are made at once: to one receiver, for one tenant, in all."""

    def __init__(self) -> None:
        self._all = Semaphore(_MOST_AT_ONCE)
        self._lanes: dict[tuple[str, ...], _Lane] = {}

    def pause(self, tenant: str, receiver: str) -> float:
        """Seconds until a call had better come again; 0 when it can take its place now.

        They grow with the line, so that a long one behind a dead receiver costs little.
        """
        lanes = (self._lanes.get(of) for of in ((tenant,), (tenant, receiver)))
        return max((lane.pause() for lane in lanes if lane), default=0)

    @asynccontextmanager
    async def turn(self, tenant: str, receiver: str) -> AsyncIterator[None]:
        """Waits until it is this call's turn."""
        with (
            self._lane(_MOST_OF_TENANT, _ROOM_OF_TENANT, tenant) as of_tenant,
            self._lane(_MOST_OF_RECEIVER, _ROOM_OF_RECEIVER, tenant, receiver) as of_receiver,
        ):
            # the narrowest first: who waits for a slow receiver holds no turn of anybody else
            async with of_receiver.turns, of_tenant.turns, self._all:
                start = time.monotonic()
                yield
                for lane in (of_receiver, of_tenant):
                    lane.seconds = 0.8 * lane.seconds + 0.2 * (time.monotonic() - start)

    @contextmanager
    def _lane(self, most: int, room: int, *of: str) -> Iterator[_Lane]:
        lane = self._lanes.setdefault(of, _Lane(most, room))
        lane.present += 1
        try:
            yield lane
        finally:
            lane.present -= 1
            if not lane.present:
                del self._lanes[of]
