"""Documents that callers submit by their URL."""

from asyncio import timeout
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote

import httpx
from httpcore import Response

from vouch.schemas.errors import FetchFailed, TooManyBytes
from vouch.schemas.filenames import safe_filename
from vouch.service.outward.calling import FAILURES, Outward, failure_of

_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Fetched:
    """A document as its server gave it. The name decides nothing."""

    content: bytes
    filename: str | None


async def fetched(outward: Outward, url: str, most_bytes: int, seconds: float) -> Fetched:
    """The document at a URL, over at most three redirects, each one guarded like the first.

    `seconds` bound all of it. AddressRefused, FetchFailed, TooManyBytes; what they say never
    quotes the answer.
    """
    try:
        async with timeout(seconds):
            for _ in range(_MOST_REDIRECTS + 1):
                async with outward.answer("GET", url, seconds) as response:
                    target = _header(response, "location")
                    if response.status not in _REDIRECTS or target is None:
                        return await _document(response, url, most_bytes)
                url = _joined(url, target)
    except FAILURES as error:
        raise FetchFailed(f"the URL's server gave no answer: {failure_of(error)}") from error
    raise FetchFailed(f"the URL redirects more than {_MOST_REDIRECTS} times")


async def _document(response: Response, url: str, most_bytes: int) -> Fetched:
    if response.status != 200:
        raise FetchFailed(f"the URL's server answered with status {response.status}")
    if _header(response, "content-encoding") not in (None, "identity"):
        raise FetchFailed("the URL's server sends the document packed, although asked not to")
    too_many = TooManyBytes(f"the document at the URL is larger than {most_bytes} bytes")
    if int(_header(response, "content-length") or 0) > most_bytes:  # digits: h11 has checked
        raise too_many
    content = bytearray()
    async for piece in response.aiter_stream():
        content += piece
        if len(content) > most_bytes:
            raise too_many
    return Fetched(bytes(content), _filename(response, url))


def _joined(url: str, target: str) -> str:
    try:
        return str(httpx.URL(url).join(target))
    except (httpx.InvalidURL, UnicodeError):
        raise FetchFailed("the URL redirects to what is no URL") from None


def _filename(response: Response, url: str) -> str | None:
    """What the server calls it, else the end of the URL; without folders and control characters."""
    message = Message()
    message["Content-Disposition"] = _header(response, "content-disposition") or "attachment"
    said = message.get_filename() or unquote(httpx.URL(url).path)
    return safe_filename(said)


def _header(response: Response, name: str) -> str | None:
    for key, value in response.headers:
        if key.decode("ascii").lower() == name:
            return value.decode("latin-1")
    return None
