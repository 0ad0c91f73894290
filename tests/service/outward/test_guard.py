"""URLs in every spelling, names that change their mind, and what an operator allows."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis.strategies import characters, ip_addresses, sampled_from, text
from pydantic import ValidationError

from tests.service.outward.servers import guard_with, says, server
from vouch.schemas.errors import AddressRefused
from vouch.service.outward.calling import Outward
from vouch.service.outward.guard import Guard, parsed_url
from vouch.service.outward.resolving import FakeResolver, SystemResolver
from vouch.service.settings import ServiceSettings

SYSTEM = SystemResolver()
SPELLINGS = [
    str,
    lambda address: str(int(address)),
    lambda address: hex(int(address)),
    lambda address: f"0{int(address):o}",
    lambda address: ".".join(hex(byte) for byte in address.packed),
    lambda address: ".".join(f"0{byte:o}" for byte in address.packed),
    lambda address: str(address).replace(".", "。"),
    lambda address: f"[::ffff:{address}]",
    lambda address: f"[64:ff9b::{address}]",
    lambda address: f"[::{address}]",
]


@given(ip_addresses(v=4, network="127.0.0.0/8"), sampled_from(SPELLINGS))
async def test_loopback_is_refused_in_every_spelling(address: IPv4Address, spelling) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AddressRefused):
        await Guard(SYSTEM).check(f"http://{spelling(address)}/")


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost.", "127.1", "0", "127.0.0.1.", "[::1]", "[::]",
     "[fe80::1%25lo]", "[fe80::1%lo]", "１２７.0.0.1", "ⓛocalhost", "169.254.169.254",
     "no-such-host.invalid"],
)  # fmt: skip
async def test_odd_hosts_are_refused_by_the_real_resolver(host: str) -> None:
    with pytest.raises(AddressRefused):
        await Guard(SYSTEM).check(f"http://{host}/latest/meta-data")


@pytest.mark.parametrize(
    "url",
    ["", "shop", "file:///etc/passwd", "gopher://docs.example/", "ftp://docs.example/", "http://",
     "//docs.example/", "http://user@docs.example/", "http://:word@docs.example/",
     "http://docs.example\\@127.0.0.1/", "http://docs.example:0/", "http://docs.example:65536/",
     "http://docs.example:22/", "http://xn--/", "http://docs.example\r\nX: y/", "http://[docs.example/",
     "http://docs.example/" + "a" * 2048],
)  # fmt: skip
async def test_urls_that_are_no_business_of_ours(url: str) -> None:
    guard = Guard(FakeResolver({"docs.example": [["8.8.8.8"]]}))
    await guard.check("https://docs.example/a?b=c#d")
    with pytest.raises(AddressRefused):
        await guard.check(url)


@given(text(characters()))
def test_no_text_breaks_the_parser(words: str) -> None:
    for url in (words, f"http://{words}", f"http://docs.example{words}"):
        try:
            parsed_url(url)
        except AddressRefused:
            continue


async def test_one_private_address_among_public_ones_refuses_all() -> None:
    resolver = FakeResolver({"docs.example": [["8.8.8.8", "10.0.0.1"]]})
    with pytest.raises(AddressRefused):
        await Guard(resolver).check("http://docs.example/")


async def test_a_refusal_tells_nothing_about_names_inside() -> None:
    guard = Guard(FakeResolver({"db.intern": [["10.0.0.1"]]}))
    with pytest.raises(AddressRefused) as known:
        await guard.check("http://db.intern/")
    with pytest.raises(AddressRefused) as unknown:
        await guard.check("http://nowhere.intern/")
    assert str(known.value) == str(unknown.value)


async def test_an_operator_allows_a_network_or_a_name() -> None:
    answers = {
        "hooks.intern.example": [["192.168.1.1"]],
        "docs.example": [["10.1.2.3"]],
        "other.example": [["10.2.0.1"]],
        "metadata.example": [["169.254.169.254"]],
    }
    guard = Guard(
        FakeResolver(answers),
        networks=(IPv4Network("10.1.0.0/16"), IPv4Network("169.254.0.0/16")),
        names=frozenset({"hooks.intern.example", "metadata.example"}),
    )
    await guard.check("http://hooks.intern.example:8000/")
    await guard.check("http://docs.example:8000/")
    for url in ("http://other.example/", "http://metadata.example/"):
        with pytest.raises(AddressRefused):
            await guard.check(url)


async def test_what_is_allowed_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_OUTWARD_ALLOW", "10.1.0.0/16, Hooks.Intern.example,fd12::/16")
    monkeypatch.setenv("VOUCH_OUTWARD_PORTS", "443,8443")
    resolver = FakeResolver({"docs.example": [["8.8.8.8"]], "hooks.intern.example": [["10.9.9.9"]]})
    guard = Guard.of(ServiceSettings(), resolver)
    for url in ("https://docs.example:8443/", "http://hooks.intern.example:81/"):
        await guard.check(url)
    with pytest.raises(AddressRefused):
        await guard.check("http://docs.example/")


@pytest.mark.parametrize("entry", ["10.1.2.3/16", "10.0.0.0/99", "http://hooks.example", "*"])
def test_what_cannot_be_allowed_is_told_at_the_start(entry: str) -> None:
    with pytest.raises(ValidationError):
        ServiceSettings(outward_allow=entry)


async def test_a_name_that_turns_inwards_after_the_check_is_refused_when_called() -> None:
    calls: list[str] = []
    with server(lambda request: calls.append(request.path)) as port:
        resolver = FakeResolver({"docs.example": [["8.8.8.8"], ["127.0.0.1"]]})
        guard = Guard(resolver, ports=frozenset({port}))
        await guard.check(f"http://docs.example:{port}/")
        async with Outward(guard) as outward:
            with pytest.raises(AddressRefused):
                async with outward.answer("GET", f"http://docs.example:{port}/", 5):
                    pass
    assert calls == []


async def test_what_was_checked_is_what_is_connected_to() -> None:
    """The name has one allowed answer, and would have another if it were asked again."""
    hosts: list[str] = []

    def answering(request) -> None:  # type: ignore[no-untyped-def]
        hosts.append(request.headers["Host"])
        says(b"")(request)

    with server(answering) as port:
        guard = guard_with(("127.0.0.1",), ("203.0.113.1",))
        async with Outward(guard) as outward:
            url = f"http://docs.example:{port}/"
            async with outward.answer("GET", url, 5) as response:
                assert response.status == 200
    assert hosts == [f"docs.example:{port}"]


async def test_an_address_that_takes_no_connection_is_passed_over() -> None:
    with server(says(b"here"), host="127.0.0.2") as port:
        resolver = FakeResolver({"docs.example": [["127.0.0.1", "127.0.0.2"]]})
        guard = Guard(resolver, networks=(IPv4Network("127.0.0.0/8"),))
        async with (
            Outward(guard) as outward,
            outward.answer("GET", f"http://docs.example:{port}/", 5) as response,
        ):
            assert await response.aread() == b"here"
