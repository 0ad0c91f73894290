"""Every way to write an address that is not everybody's."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis.strategies import integers, ip_addresses, sampled_from

from vouch.service.outward.addresses import is_metadata, is_public, reached

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "168.63.129.16", "100.100.100.200",
    "::", "::1", "::7f00:1", "::ffff:0:7f00:1", "100::1", "fc00::1", "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:808:808::1",
    "3fff::1", "5f00::1", "64:ff9b:1::808:808", "4000::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"])
def test_metadata_is_known_in_every_form(address: str) -> None:
    assert is_metadata(ip_address(address))


@given(ip_addresses())
def test_nothing_is_public_that_python_calls_otherwise(
    address: IPv4Address | IPv6Address,
) -> None:
    end = reached(address)
    special = end.is_private or end.is_loopback or end.is_link_local or end.is_multicast
    assert not (is_public(address) and (special or end.is_reserved or end.is_unspecified))


@given(ip_addresses(v=4), sampled_from(["::ffff:0:0/96", "64:ff9b::/96"]))
def test_a_wrapped_address_is_judged_as_what_it_wraps(inner: IPv4Address, wrapping: str) -> None:
    wrapped = IPv6Address(int(IPv6Network(wrapping).network_address) | int(inner))
    assert reached(wrapped) == inner
    assert is_public(wrapped) == is_public(inner)
    assert is_metadata(wrapped) == is_metadata(inner)


@given(ip_addresses(v=4), integers(0, 2**80 - 1))
def test_tunnels_lead_nowhere(inner: IPv4Address, rest: int) -> None:
    six_to_four = IPv6Address(0x2002 << 112 | int(inner) << 80 | rest)
    teredo = IPv6Address(0x20010000 << 96 | rest)
    compatible = IPv6Address(int(inner))
    assert not any(is_public(address) for address in (six_to_four, teredo, compatible))


@given(ip_addresses(v=4))
def test_most_of_the_internet_stays_reachable(address: IPv4Address) -> None:
    """Without exceptions of our own beyond the registry's and Azure's host."""
    relays, azure = IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32")
    ietf = IPv4Network("192.0.0.0/24")
    if address.is_global and not address.is_multicast:
        assert is_public(address) or any(address in odd for odd in (relays, azure, ietf))
