"""Documents by URL from real servers, well-behaved and not."""

import gzip
from http.server import BaseHTTPRequestHandler
from threading import Event

import pytest

from tests.service.outward.servers import Answering, guard_with, says, server
from vouch.schemas.errors import AddressRefused, FetchFailed, TooManyBytes, VouchError
from vouch.service.outward.calling import Outward
from vouch.service.outward.fetching import Fetched, fetched

SECRET = b"BODY-THAT-NOBODY-QUOTES"


async def fetch(answering: Answering, path: str = "/a/shop.png", most: int = 1000) -> Fetched:
    with server(answering) as port:
        async with Outward(guard_with()) as outward:
            return await fetched(outward, f"http://docs.example:{port}{path}", most, 5)


async def test_a_document_comes_with_its_name() -> None:
    assert await fetch(says(b"bytes")) == Fetched(b"bytes", "shop.png")


@pytest.mark.parametrize(
    ("said", "name"),
    [('attachment; filename="../../b.pdf"', "b.pdf"), ("inline", "shop.png"),
     ("attachment; filename*=UTF-8''%E2%82%AC.pdf", "€.pdf"), ("", "shop.png"),
     ('attachment; filename="C:\\\\x\\\\y.pdf"', "y.pdf")],
)  # fmt: skip
async def test_the_servers_name_goes_before_the_urls(said: str, name: str) -> None:
    found = await fetch(says(b"bytes", content_disposition=said))
    assert found.filename == name


async def test_a_url_without_a_name_is_no_error() -> None:
    assert (await fetch(says(b"bytes"), "/")).filename is None


@pytest.mark.parametrize("announced", [{}, {"Content-Length": str(10**12)}])
async def test_reading_stops_at_the_limit(announced: dict[str, str]) -> None:
    written: list[int] = []

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        for name, value in announced.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            for number in range(10_000):
                request.wfile.write(SECRET * 1000)
                written.append(number)
        except OSError:
            pass

    with pytest.raises(TooManyBytes) as refusal:
        await fetch(endless)
    assert SECRET.decode() not in str(refusal.value)
    assert len(written) < 9_999


async def test_a_document_of_exactly_the_limit_is_taken() -> None:
    assert len((await fetch(says(b"x" * 1000))).content) == 1000


@pytest.mark.parametrize("status", [204, 206, 304, 404, 500])
async def test_other_answers_than_200_are_failures(status: int) -> None:
    with pytest.raises(FetchFailed, match=str(status)) as failure:
        await fetch(says(SECRET if status not in (204, 304) else b"", status))
    assert SECRET.decode() not in str(failure.value)


async def test_nothing_is_unpacked() -> None:
    bomb = gzip.compress(b"0" * 100_000)
    with pytest.raises(FetchFailed):
        await fetch(says(bomb, content_encoding="gzip"))


async def test_what_is_no_http_is_a_failure() -> None:
    def babbling(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(SECRET + b"\r\n\r\n")

    with pytest.raises(FetchFailed, match="not_http") as failure:
        await fetch(babbling)
    assert SECRET.decode() not in str(failure.value)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    over = Event()

    def silent(_: BaseHTTPRequestHandler) -> None:
        over.wait(10)

    with server(silent) as port:
        async with Outward(guard_with()) as outward:
            with pytest.raises(FetchFailed, match="timeout"):
                await fetched(outward, f"http://docs.example:{port}/", 10, 0.2)
        over.set()


async def test_a_server_that_drips_is_given_up_in_the_same_time() -> None:
    over = Event()

    def dripping(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not over.wait(0.01):
            request.wfile.write(b".")

    with server(dripping) as port:
        async with Outward(guard_with()) as outward:
            with pytest.raises(FetchFailed, match="timeout"):
                await fetched(outward, f"http://docs.example:{port}/", 10**6, 0.2)
        over.set()


async def test_redirects_are_followed_three_times_and_no_more() -> None:
    def answering(request: BaseHTTPRequestHandler) -> None:
        left = int(request.path.strip("/"))
        says(b"end", 302 if left else 200, location=f"/{left - 1}")(request)

    assert (await fetch(answering, "/3")).content == b"end"
    with pytest.raises(FetchFailed, match="more than 3"):
        await fetch(answering, "/4")


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2/", "http://[::1]/", "http://169.254.169.254/latest", "file:///etc/passwd",
     "//user@docs.example/", "http://unknown.example/"],
)  # fmt: skip
async def test_a_redirect_is_guarded_like_the_first_url(target: str) -> None:
    with pytest.raises(AddressRefused):
        await fetch(says(b"", 302, location=target))


@pytest.mark.parametrize("target", ["http://[", "http://a\u00ff\u0000b/"])
async def test_a_redirect_to_nonsense_is_a_failure(target: str) -> None:
    with pytest.raises(VouchError):
        await fetch(says(b"", 302, location=target))
