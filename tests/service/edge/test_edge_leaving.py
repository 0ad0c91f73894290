"""SIGTERM: unready at once, serving until the drain is over, nobody cut off."""

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from redis import Redis

from tests.eventually import eventually
from tests.service.edge.served import Served, everything, served

FORM = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbytes\r\n--b--\r\n'
POST = (
    b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" % len(FORM)
)


@pytest.fixture
def service(redis: Redis, redis_server: str, tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, redis_server, VOUCH_DRAIN_SECONDS="1") as running:
        yield running


def job_of(service: Served) -> str:
    with service.peer() as peer:
        peer.sendall(POST.replace(b"Host", b"Connection: close\r\nHost") + FORM)
        answer = everything(peer)
    assert answer.startswith(b"HTTP/1.1 202")
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["id"])


def test_it_says_that_it_leaves_and_serves_until_then(service: Served) -> None:
    job = job_of(service)
    service.process.send_signal(signal.SIGTERM)
    eventually(lambda: service.get("/readyz")[0].status == 503, 1)
    answer, body = service.get("/readyz")
    assert json.loads(body)["code"] == "draining"
    assert answer.getheader("connection") == "close"
    assert service.get(f"/v1/jobs/{job}")[0].status == 200
    assert job_of(service)
    assert service.process.wait(10) == 0


def test_who_waits_is_answered_with_what_there_is(service: Served, redis: Redis) -> None:
    job = job_of(service)
    with ThreadPoolExecutor(2) as callers:
        waiting = callers.submit(service.get, f"/v1/jobs/{job}?wait=50")
        following = callers.submit(service.get, f"/v1/jobs/{job}/events")
        eventually(lambda: service.waiters() == 2, 10)
        service.process.send_signal(signal.SIGTERM)
        answer, body = waiting.result(10)
        assert (answer.status, json.loads(body)["status"]) == (200, "queued")
        stream, events = following.result(10)
        assert (stream.status, events.startswith(b"id:")) == (200, True)
    assert service.process.wait(10) == 0


def test_an_upload_that_has_begun_is_taken_in(service: Served, redis: Redis) -> None:
    with service.peer() as peer:
        peer.sendall(POST + FORM[:50])
        service.process.send_signal(signal.SIGTERM)
        refusing = HTTPConnection("127.0.0.1", service.port, timeout=5)
        eventually(lambda: "Shutting down" in "".join(service.lines()), 10)
        refusing.close()
        peer.sendall(FORM[50:])
        answer = everything(peer)
    assert answer.startswith(b"HTTP/1.1 202")
    job = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
    assert redis.hget(f"vouch:job:{job}", "status") == "queued"
    assert service.process.wait(10) == 0


def test_a_second_signal_ends_it_sooner(redis: Redis, redis_server: str, tmp_path: Path) -> None:
    with served(tmp_path, redis_server, VOUCH_DRAIN_SECONDS="600") as service:
        service.process.send_signal(signal.SIGTERM)
        eventually(lambda: service.get("/readyz")[0].status == 503, 10)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(10)
