"""What the edge adds to every request: an id, headers, a line of the log."""

import json

import pytest

from tests.eventually import eventually
from tests.service.edge.served import Served, everything


def test_a_request_has_an_id_in_the_answer_and_in_the_log(service: Served) -> None:
    answer, _ = service.get("/livez?secret=1", X_Request_Id="caller-0001")
    assert answer.getheader("x-request-id") == "caller-0001"
    # the line is written when the answer has gone
    eventually(lambda: any("caller-0001" in line for line in service.lines()))
    [line] = [json.loads(line) for line in service.lines() if "caller-0001" in line]
    assert (line["event"], line["status"], line["route"]) == ("request", 200, "/livez")
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize("sent", ["short", "with space in it", "x" * 129, 'quo"te-0001'])
def test_an_id_that_is_not_well_formed_is_replaced(service: Served, sent: str) -> None:
    answer, _ = service.get("/livez", X_Request_Id=sent)
    assert answer.getheader("x-request-id") != sent
    assert len(answer.getheader("x-request-id") or "") == 32


@pytest.mark.parametrize("path", ["/livez", "/nowhere", "/v1/jobs/x", "/v1/jobs"])
def test_every_answer_is_private(service: Served, path: str) -> None:
    answer, _ = service.get(path)
    assert answer.getheader("cache-control") == "no-store"
    assert answer.getheader("x-content-type-options") == "nosniff"
    assert answer.getheader("content-security-policy", "").startswith("default-src 'none'")
    assert answer.getheader("server") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"X_Forwarded_For": "203.0.113.9"},
    ],
)
def test_without_keys_only_this_machine_of_its_own_accord_is_served(
    service: Served, headers: dict[str, str]
) -> None:
    assert service.get("/v1/jobs", **headers)[0].status == 401


def test_who_leaves_before_the_answer_is_logged_too(service: Served) -> None:
    with service.peer() as peer:
        peer.sendall(
            b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: left-early-1\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 99\r\n\r\n"
        )
    eventually(lambda: any("left-early-1" in line for line in service.lines()), 10)


def test_answers_on_one_connection_come_in_order(service: Served) -> None:
    one = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: pipelined-%d\r\n"
    with service.peer() as peer:
        last = one % 2 + b"Connection: close\r\n\r\n"
        peer.sendall(one % 0 + b"\r\n" + one % 1 + b"\r\n" + last)
        answer = everything(peer)
    places = [answer.index(b"pipelined-%d" % number) for number in range(3)]
    assert places == sorted(places)
