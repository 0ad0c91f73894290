"""Who needs no looking up waits for nobody."""

import socket
from ipaddress import ip_address

import pytest

from vouch.service.outward.resolving import SystemResolver


@pytest.mark.parametrize("written", ["192.0.2.7", "2001:db8::7"])
async def test_an_address_is_its_own_answer(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)  # a call of it would raise
    assert await SystemResolver().addresses(written) == (ip_address(written),)
