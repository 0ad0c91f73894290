"""A client that meets busy services and lost connections."""

from collections.abc import Callable

import httpx
import pytest

from vouch.client import Client, follow_to_record
from vouch.schemas.errors import ServiceFailed
from vouch.schemas.job import Options

Answer = httpx.Response | httpx.HTTPError


class Line:
    """A service that gives these answers in turn, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def client(self) -> Client:
        http = httpx.Client(base_url="http://vouch", transport=httpx.MockTransport(self._answer))
        return Client(http, self.slept.append)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer


def taken() -> httpx.Response:
    return httpx.Response(202, json={"id": "a"})


def busy(status: int, seconds: str) -> httpx.Response:
    problem = {"code": "rate_limited", "detail": "too often"}
    return httpx.Response(status, json=problem, headers={"Retry-After": seconds})


def submit(line: Line) -> str:
    return line.client().submit(b"bytes", "shop.png", Options())


def test_a_lost_connection_makes_no_second_job() -> None:
    line = Line(httpx.ReadError("lost"), httpx.RemoteProtocolError("closed"), taken())
    assert submit(line) == "a"
    (key,) = {request.headers["idempotency-key"] for request in line.asked}
    assert len(key) == 32
    bodies = {request.content.split(b"\r\n", 1)[1].count(b"bytes") for request in line.asked}
    assert bodies == {1}


def test_every_document_has_a_key_of_its_own() -> None:
    line = Line(taken(), taken())
    client = line.client()
    for _ in range(2):
        client.submit(b"bytes", "shop.png", Options())
    assert len({request.headers["idempotency-key"] for request in line.asked}) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again_when_it_said(status: int) -> None:
    line = Line(busy(status, "7"), busy(status, "3"), taken())
    assert submit(line) == "a"
    assert line.slept == [7, 3]


@pytest.mark.parametrize(
    "answer",
    [
        lambda: busy(429, "86400"),
        lambda: busy(429, "soon"),
        lambda: busy(422, "1"),
        lambda: httpx.Response(503, json={"code": "rate_limited"}),
    ],
)
def test_what_will_not_change_soon_is_told(answer: Callable[[], httpx.Response]) -> None:
    line = Line(answer())
    with pytest.raises(ServiceFailed) as failed:
        submit(line)
    assert failed.value.code == "rate_limited"
    assert line.slept == []


def test_patience_ends() -> None:
    line = Line(*[busy(503, "1") for _ in range(5)])
    with pytest.raises(ServiceFailed):
        submit(line)
    assert len(line.asked) == 5


def test_a_service_that_is_not_there_is_told_at_once() -> None:
    line = Line(httpx.ConnectError("refused"))
    with pytest.raises(ServiceFailed) as failed:
        submit(line)
    assert failed.value.code == "service_unreachable"
    assert line.slept == []


def test_a_service_that_was_there_is_waited_for() -> None:
    line = Line(taken(), httpx.ConnectError("refused"), taken())
    client = line.client()
    for _ in range(2):
        client.submit(b"bytes", "shop.png", Options())
    assert len(line.slept) == 1


def test_what_cannot_be_repeated_is_not() -> None:
    line = Line(httpx.ReadError("lost"))
    with pytest.raises(ServiceFailed):
        line.client().cancel("a")
    assert len(line.asked) == 1


def test_a_record_is_waited_for_as_long_as_was_said() -> None:
    job = {
        "id": "a", "status": "running", "progress": 0.5, "attempt": 1, "options": {},
        "created_at": "2026-11-23T00:00:00Z", "updated_at": "2026-11-23T00:00:00Z",
    }  # fmt: skip
    line = Line(httpx.Response(200, json=job))
    with pytest.raises(ServiceFailed) as told:
        follow_to_record(line.client(), "a", lambda _: None, seconds=0)
    assert told.value.code == "not_finished"
    assert len(line.asked) == 1
