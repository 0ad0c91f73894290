"""HTTPS goes to the checked address, and still the name decides whom to trust."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.service.outward.servers import HOME, Server, handler_of, says, served
from vouch.schemas.errors import FetchFailed
from vouch.service.outward.calling import Outward
from vouch.service.outward.fetching import fetched
from vouch.service.outward.guard import Guard
from vouch.service.outward.resolving import FakeResolver


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for docs.example with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "docs.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("docs.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path / "docs.pem"
    path.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, *plain))
    return path


@pytest.fixture
def secured(certificate: Path, seen: list[str | None]) -> Iterator[int]:
    """The port of an HTTPS server; `seen` gets the names that clients ask it for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    running = Server(("127.0.0.1", 0), handler_of(says(b"secured")))
    running.socket = context.wrap_socket(running.socket, server_side=True)
    with served(running) as port:
        yield port


@pytest.fixture
def seen() -> list[str | None]:
    return []


async def fetch(url: str) -> bytes:
    resolver = FakeResolver({name: [["127.0.0.1"]] for name in ("docs.example", "other.example")})
    async with Outward(Guard(resolver, networks=HOME)) as outward:
        return (await fetched(outward, url, 1000, 5)).content


async def test_the_name_is_asked_for_and_verified(
    secured: int, certificate: Path, seen: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert await fetch(f"https://docs.example:{secured}/") == b"secured"
    assert seen == ["docs.example"]


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_certificate_of_another_name_or_of_nobody_is_refused(
    secured: int, certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: object
) -> None:
    host = "docs.example"
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        host = "other.example"
    with pytest.raises(FetchFailed, match="unreachable"):
        await fetch(f"https://{host}:{secured}/")
