"""A service without API keys serves this machine alone, and refuses to start anywhere else."""

import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

from vouch.schemas.errors import UnsafeExposure
from vouch.storage.keyring import Keyring

MAKE_A_KEY = "vouch keys create --tenant acme --scope submit --scope read"


def check_exposure(
    places: Iterable[str | socket.socket], keyring: Keyring, remedy: str = MAKE_A_KEY
) -> None:
    """UnsafeExposure when a place reaches beyond this machine and no API key was ever made.

    `places` are the hosts or listening sockets to serve on; `remedy` is the command that makes a
    key. StoreUnavailable when Redis has to be asked and does not answer.
    """
    beyond = [host for host in map(_host, places) if host is not None and not is_loopback(host)]
    if beyond and keyring.is_empty():
        raise UnsafeExposure(
            f"without an API key, whoever reaches {beyond[0] or 'this machine'} could submit and"
            f" read everything: make one first (`{remedy}`), or listen on 127.0.0.1"
        )


@lru_cache(256)
def is_loopback(host: str) -> bool:
    """Whether only this machine is reached by this name; False for names that only DNS knows."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _host(place: str | socket.socket) -> str | None:
    """The host of a place; None for a socket in the file system."""
    if isinstance(place, str):
        return place
    if place.family == socket.AF_UNIX:
        return None
    return str(place.getsockname()[0])
