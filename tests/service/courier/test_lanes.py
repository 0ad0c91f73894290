"""Turns at receivers, of tenants and of all."""

import asyncio

from vouch.service.courier.lanes import Lanes

_OF_RECEIVER, _OF_TENANT, _IN_ALL, _ROOM = 8, 16, 64, 128


async def take(lanes: Lanes, turns: list[str], tenant: str, receiver: str) -> None:
    async with lanes.turn(tenant, receiver):
        turns.append(receiver)
        await asyncio.Event().wait()


async def settled(turns: list[str]) -> int:
    """How many turns were given, once nothing moves any more."""
    before = -1
    while before != len(turns):
        before = len(turns)
        for _ in range(10):
            await asyncio.sleep(0)
    return before


class Takers:
    """Calls that never end."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.turns: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Takers":
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def add(self, tenant: str, receiver: str, calls: int = 1) -> int:
        """How many calls have a turn then."""
        self._tasks += [
            asyncio.create_task(take(self.lanes, self.turns, tenant, receiver))
            for _ in range(calls)
        ]
        return await settled(self.turns)


async def test_a_receiver_has_few_calls_at_once_and_others_go_on() -> None:
    async with Takers(Lanes()) as takers:
        assert await takers.add("acme", "slow.example", 50) == _OF_RECEIVER
        assert await takers.add("acme", "quick.example") == _OF_RECEIVER + 1
        assert await takers.add("other", "slow.example") == _OF_RECEIVER + 2


async def test_a_tenant_with_many_slow_receivers_leaves_turns_to_others() -> None:
    async with Takers(Lanes()) as takers:
        for number in range(20):
            given = await takers.add("acme", f"{number}.example", 10)
        assert given == _OF_TENANT
        assert await takers.add("other", "quick.example") == _OF_TENANT + 1


async def test_all_together_have_so_many_and_no_more() -> None:
    async with Takers(Lanes()) as takers:
        for number in range(20):
            given = await takers.add(f"tenant{number}", "slow.example", 10)
        assert given == _IN_ALL


async def test_a_full_lane_sends_away_for_longer_and_longer() -> None:
    lanes = Lanes()
    async with Takers(lanes) as takers:
        assert lanes.pause("acme", "slow.example") == 0
        await takers.add("acme", "slow.example", _ROOM)
        assert lanes.pause("acme", "quick.example") == 0
        assert lanes.pause("other", "slow.example") == 0
        first = [lanes.pause("acme", "slow.example") for _ in range(100)]
        for _ in range(10_000):
            lanes.pause("acme", "slow.example")
        later = [lanes.pause("acme", "slow.example") for _ in range(100)]
    assert min(first) >= 1
    assert sum(first) < sum(later) <= 100 * 600
    assert lanes.pause("acme", "slow.example") == 0


async def test_turns_are_given_back() -> None:
    lanes = Lanes()
    for _ in range(3 * _OF_RECEIVER):
        async with lanes.turn("acme", "slow.example"):
            pass
    assert lanes.pause("acme", "slow.example") == 0
