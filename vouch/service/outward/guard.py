"""May this URL be called for somebody who is not us? And then: exactly where it was looked up."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import httpcore
import httpx
from httpcore import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError

from vouch.schemas.errors import AddressRefused
from vouch.service.outward.addresses import Address, Network, is_metadata, is_public, reached
from vouch.service.outward.resolving import Resolver
from vouch.service.settings import ServiceSettings

_LONGEST_URL = 2048
_LOOKUP_SECONDS = 5.0
_SCHEMES = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Guard:
    """Public addresses on the usual ports may be called; more only where the operator allows it."""

    resolver: Resolver
    ports: frozenset[int] = frozenset(_SCHEMES.values())
    networks: tuple[Network, ...] = ()
    """Called although they are not public, on any port."""
    names: frozenset[str] = frozenset()
    """Called wherever they lead, on any port."""

    @classmethod
    def of(cls, settings: ServiceSettings, resolver: Resolver) -> Self:
        """What the operator allows."""
        allowed = settings.outward_allow
        return cls(
            resolver,
            settings.outward_ports,
            networks=tuple(entry for entry in allowed if not isinstance(entry, str)),
            names=frozenset(entry for entry in allowed if isinstance(entry, str)),
        )

    async def check(self, url: str) -> None:
        """AddressRefused when the URL could not be called now."""
        parsed = parsed_url(url)
        port = parsed.port or _SCHEMES[parsed.scheme]
        await self.addresses(parsed.raw_host.decode(), port)

    async def addresses(self, host: str, port: int) -> tuple[Address, ...]:
        """Where the host is now, every address of it permitted. AddressRefused."""
        try:
            async with asyncio.timeout(_LOOKUP_SECONDS):
                found = await self.resolver.addresses(host)
        except (OSError, UnicodeError, TimeoutError):
            found = ()
        # one sentence for both: who asks learns nothing about names inside the network
        if not found or not all(self._permits(host, port, address) for address in found):
            raise AddressRefused("the URL leads to no address that this service calls")
        return found

    def _permits(self, host: str, port: int, address: Address) -> bool:
        if is_metadata(address):
            return False
        if host.lower().rstrip(".") in self.names:
            return True
        if any(reached(address) in network for network in self.networks):
            return True
        return port in self.ports and is_public(address)


def parsed_url(url: str) -> httpx.URL:
    """A URL of the kind that is called. AddressRefused."""
    try:
        parsed = httpx.URL(url)
        host = parsed.host  # decodes what is written in punycode
    except (httpx.InvalidURL, UnicodeError):
        raise AddressRefused("this is not a URL") from None
    if len(url) > _LONGEST_URL:
        raise AddressRefused(f"the URL is longer than {_LONGEST_URL} characters")
    if parsed.scheme not in _SCHEMES or not host:
        raise AddressRefused("the URL must begin with http:// or https:// and name a host")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise AddressRefused("the URL's port does not exist")
    if parsed.userinfo:
        raise AddressRefused("the URL must not hold a user or password")
    return parsed


class GuardedBackend(AsyncNetworkBackend):
    """Opens connections to checked addresses only.

    The name is looked up here, once, and what was checked is what is connected to: no second
    answer of a DNS server is ever asked for. TLS and the Host header still see the name.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._plain = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the first address that takes one. AddressRefused, ConnectError."""
        failed: Exception = ConnectError("no address")
        for address in await self._guard.addresses(host, port):
            try:
                return await self._plain.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed
