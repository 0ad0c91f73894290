"""Who is called next to whom: no receiver and no tenant takes the turns of others."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

_MOST_AT_ONCE = 64
_MOST_OF_TENANT = 16
_MOST_OF_RECEIVER = 4
_ROOM_OF_RECEIVER = 32
_ROOM_OF_TENANT = 256


@dataclass
class _Lane:
    turns: Semaphore
    present: int = 0


class Lanes:
    """How many calls are made at once: to one receiver, for one tenant, in all."""

    def __init__(self) -> None:
        self._all = Semaphore(_MOST_AT_ONCE)
        self._lanes: dict[tuple[str, ...], _Lane] = {}

    def is_full(self, tenant: str, receiver: str) -> bool:
        """Whether so many calls wait for this receiver or tenant that one more had better not."""
        return (
            self._present(tenant) >= _ROOM_OF_TENANT
            or self._present(tenant, receiver) >= _ROOM_OF_RECEIVER
        )

    @asynccontextmanager
    async def turn(self, tenant: str, receiver: str) -> AsyncIterator[None]:
        """Waits until it is this call's turn."""
        with (
            self._lane(_MOST_OF_TENANT, tenant) as of_tenant,
            self._lane(_MOST_OF_RECEIVER, tenant, receiver) as of_receiver,
        ):
            # the narrowest first: who waits for a slow receiver holds no turn of anybody else
            async with of_receiver.turns, of_tenant.turns, self._all:
                yield

    def _present(self, *of: str) -> int:
        lane = self._lanes.get(of)
        return lane.present if lane else 0

    @contextmanager
    def _lane(self, most: int, *of: str) -> Iterator[_Lane]:
        lane = self._lanes.setdefault(of, _Lane(Semaphore(most)))
        lane.present += 1
        try:
            yield lane
        finally:
            lane.present -= 1
            if not lane.present:
                del self._lanes[of]
