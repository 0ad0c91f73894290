"""From a host's name to its addresses: the one place where the outside world decides."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from typing import Protocol

from vouch.service.outward.addresses import Address

_LOOKUPS_AT_ONCE = 64


class Resolver(Protocol):
    """Says which addresses a name has at this moment."""

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """In the order in which to try them. OSError when there are none."""
        ...


class SystemResolver:
    """What the machine's own resolver says: hosts file, DNS, and every odd spelling of an IP."""

    def __init__(self) -> None:
        # threads of their own: names that take long to look up must not block the service's pool
        self._threads = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, "resolver")

    async def addresses(self, host: str) -> tuple[Address, ...]:
        with suppress(ValueError):  # an address is its own answer, however slow names are just now
            return (ip_address(host),)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _looked_up, host)
        return tuple(dict.fromkeys(found))


class FakeResolver:
    """Answers from a table; a name with several answers gives them in turn, then the last one."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {host: list(turns) for host, turns in answers.items()}

    async def addresses(self, host: str) -> tuple[Address, ...]:
        turns = self._answers.get(host)
        if not turns:
            raise OSError(f"no address for {host!r}")
        answer = turns.pop(0) if len(turns) > 1 else turns[0]
        return tuple(ip_address(address) for address in answer)


def _looked_up(host: str) -> list[Address]:
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [ip_address(place[0]) for *_, place in answers]
