"""What every answer bears, and answers to what is no request."""

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

Header = tuple[bytes, bytes]

SECURE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
"""Documents are private, and a browser must take nothing for what we do not call it.

No Strict-Transport-Security: whether there is TLS at all, only the proxy that ends it knows.
"""
CLOSE: Header = (b"connection", b"close")


def secured(headers: Iterable[Header]) -> list[Header]:
    """The headers with those of SECURE that a route has not set itself."""
    own = list(headers)
    named = {name.lower() for name, _ in own}
    own += [header for header in SECURE if header[0] not in named]
    return own


def refusal(status: HTTPStatus, code: str) -> bytes:
    """A whole answer with a problem, after which the connection is closed."""
    problem = {
        "type": f"urn:vouch:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": status.description or status.phrase,
        "code": code,
    }
    body = msgspec.json.encode(problem)
    headers = [
        *SECURE,
        CLOSE,
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    first = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
    return first + b"".join(b"%b: %b\r\n" % header for header in headers) + b"\r\n" + body
