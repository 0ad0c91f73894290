"""Peers that send too much, too slowly, or no HTTP: answered soon, and nobody else notices."""

import json
import select
import socket
import time
from contextlib import suppress

import pytest

from tests.service.edge.served import Served, everything

POST = (
    b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n"
)


def problem_of(answer: bytes) -> tuple[int, str]:
    """Status and code; the answer closes the connection and bears what every answer bears."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    assert b"x-content-type-options: nosniff" in head.lower()
    return int(head.split()[1]), json.loads(body)["code"]


def test_a_head_that_never_ends_is_answered_408(service: Served) -> None:
    with service.peer() as peer:
        began = time.monotonic()
        peer.sendall(b"GET /livez HTTP/1.1\r\nHost: loc")
        assert problem_of(everything(peer)) == (408, "request_too_slow")
        assert 0.9 < time.monotonic() - began < 5


def test_a_head_that_comes_byte_by_byte_gains_no_time(service: Served) -> None:
    with service.peer() as peer:
        peer.settimeout(0.2)
        began = time.monotonic()
        while time.monotonic() - began < 5:
            peer.sendall(b"X")
            with suppress(TimeoutError):
                assert problem_of(everything(peer))[0] in (400, 408)
                return
    pytest.fail("the connection is still open")


@pytest.mark.parametrize("first", [b"", b"\r\n"])
def test_who_connects_and_says_nothing_is_let_go(service: Served, first: bytes) -> None:
    with service.peer() as peer:
        peer.sendall(first)
        everything(peer)


def test_an_idle_connection_is_closed(service: Served) -> None:
    with service.peer() as peer:
        peer.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert everything(peer).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("pieces", [1, 100])
def test_a_head_that_is_too_large_is_answered_431(service: Served, pieces: int) -> None:
    with service.peer() as peer:
        peer.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n")
        with suppress(ConnectionError):
            for number in range(pieces):
                peer.sendall(b"X-%d: " % number + b"x" * (40_000 // pieces) + b"\r\n")
            peer.sendall(b"\r\n")
        assert problem_of(everything(peer)) == (431, "headers_too_large")


def test_what_is_no_http_is_answered_400(service: Served) -> None:
    with service.peer() as peer:
        peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert problem_of(everything(peer)) == (400, "malformed_request")


def test_a_body_that_comes_too_slowly_is_answered_408(service: Served) -> None:
    with service.peer() as peer:
        peer.sendall(POST + b"Content-Length: 1000\r\n\r\n--b\r\n")
        assert problem_of(everything(peer)) == (408, "request_too_slow")


def test_a_body_that_keeps_the_pace_may_take_its_time(service: Served) -> None:
    """Longer than the grace, at twice the least rate."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 40_000
    )
    body += b"\r\n--b--\r\n"
    with service.peer() as peer:
        peer.sendall(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        began = time.monotonic()
        for start in range(0, len(body), 2_000):
            peer.sendall(body[start : start + 2_000])
            _until(began + start / 20_000)
        assert everything(peer).startswith(b"HTTP/1.1 202")
        assert time.monotonic() - began > 1.5


def test_an_upload_that_breaks_off_is_no_fault_of_ours(service: Served) -> None:
    with service.peer() as peer:
        peer.sendall(POST + b"Content-Length: 1000\r\n\r\n--b\r\n")
    assert service.get("/livez")[0].status == 200
    assert not any("unforeseen" in line for line in service.lines())


@pytest.mark.parametrize(
    "way", [b"Content-Length: 400000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"]
)
def test_what_is_too_large_is_answered_413_without_being_read(service: Served, way: bytes) -> None:
    sent = 0
    with service.peer() as peer:
        peer.sendall(POST + way)
        content = b"x" * 65536
        piece = b"10000\r\n%b\r\n" % content if b"chunked" in way else content
        with suppress(ConnectionError, BlockingIOError):
            while sent < 400_000_000:
                peer.sendall(piece)
                sent += len(piece)
        assert problem_of(_rest(peer)) == (413, "too_many_bytes")
    assert sent < 20_000_000  # what was in buffers, and a megabyte so that the answer arrives


def test_bodies_that_are_too_much_together_are_answered_503(service: Served) -> None:
    """The largest that are allowed, none of them at its end; who leaves makes room again."""
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = part + b"x" * 900_000
    peers = [service.peer() for _ in range(3)]
    for peer in peers:
        peer.sendall(POST + b"Content-Length: 990000\r\n\r\n" + body)
    ready, _, _ = select.select(peers, [], [], 5)
    assert [problem_of(everything(peer)) for peer in ready] == [(503, "service_busy")]
    for peer in peers:
        peer.close()
    whole = body + b"\r\n--b--\r\n"
    for _ in range(3):
        with service.peer() as peer:
            peer.sendall(
                POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(whole) + whole
            )
            assert everything(peer).startswith(b"HTTP/1.1 202")


def test_who_expects_100_is_answered_413_before_sending_anything(service: Served) -> None:
    with service.peer() as peer:
        peer.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 400000000\r\n\r\n")
        assert problem_of(everything(peer)) == (413, "too_many_bytes")


def test_a_refused_body_does_not_become_the_next_request(service: Served) -> None:
    """An answer before the whole body: what follows on the connection is not read as HTTP."""
    smuggled = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with service.peer() as peer:
        peer.sendall(
            b"POST /v1/nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n"
        )
        peer.sendall(smuggled)
        assert everything(peer).count(b"HTTP/1.1 ") == 1


def test_many_slow_peers_keep_nobody_waiting(service: Served) -> None:
    peers = [service.peer() for _ in range(200)]
    try:
        for peer in peers:
            peer.sendall(POST)
        began = time.monotonic()
        assert service.get("/livez")[0].status == 200
        assert time.monotonic() - began < 1
    finally:
        for peer in peers:
            peer.close()


def _until(moment: float) -> None:
    """The pace of this peer is what is tested: it has nothing to wait for."""
    time.sleep(max(0.0, moment - time.monotonic()))


def _rest(peer: socket.socket) -> bytes:
    """What has arrived, also where the connection was reset after it."""
    pieces = []
    with suppress(ConnectionError):
        while piece := peer.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)
