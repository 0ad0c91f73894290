"""Forms that no browser sends: answered with 2xx or 4xx, soon, and the next request works."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.edge.served import Served, everything

BOUNDARIES = st.one_of(
    st.just(b"b"),
    st.binary(min_size=0, max_size=80),
    st.text("'()+_,-./:=? ", max_size=70).map(str.encode),
    st.just(b'"b"'),
    st.just(b"b" * 3_000),
)
HEADS = st.sampled_from(
    [
        b'Content-Disposition: form-data; name="file"; filename="a.png"',
        b'Content-Disposition: form-data; name="file"',
        b'Content-Disposition: form-data; name="schema"',
        b'Content-Disposition: form-data; name="json_schema"; filename="s.json"',
        b"Content-Disposition: form-data",
        b"Content-Disposition: attachment; name=file; filename*=UTF-8''%ff",
        b'Content-Disposition: form-data; name="file"; filename="' + b"a" * 5_000 + b'"',
        b"Content-Type: multipart/mixed; boundary=b",
        b'Content-Disposition: form-data; name="x"\r\nContent-Type: text/plain; charset=no-such',
        b"Content-Transfer-Encoding: base64",
        b"no header at all",
        b"X: y\r\n" * 20,
        b"",
    ]
)
CONTENTS = st.tuples(
    st.one_of(
        st.binary(max_size=300),
        st.sampled_from([b"receipt", b"{}", b"\xff\xfe", b"--b", b"\r\n--b", b"--b--"]),
    ),
    st.sampled_from([1, 1, 1, 10_000]),
)
"""Bytes, and how often: hypothesis tells of a large one in a few letters."""
PIECES = st.lists(st.tuples(HEADS, CONTENTS), max_size=6)
ENDS = st.sampled_from(
    [b"--b--\r\n", b"--b--", b"--b", b"", b"--b\r\n", b"--b--\r\n\r\nmore", b"\r\n"]
)


@pytest.fixture(scope="module")
def body_pace() -> dict[str, str]:
    """So quick that a body whose end never comes is given up at once."""
    return {"VOUCH_BODY_GRACE_SECONDS": "0.2", "VOUCH_BODY_BYTES_PER_SECOND": "10000000"}


def sent(service: Served, request: bytes) -> int:
    """The status with which a request is answered; the connection is closed after it."""
    with service.peer(10) as peer:
        peer.sendall(request)
        answer = everything(peer)
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    if status >= 400:
        assert json.loads(body)["status"] == status
    return status


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(BOUNDARIES, PIECES, ENDS, st.sampled_from(["length", "chunked", "short"]))
def test_no_form_is_too_odd(
    service: Served,
    boundary: bytes,
    pieces: list[tuple[bytes, tuple[bytes, int]]],
    end: bytes,
    way: str,
) -> None:
    named = boundary.strip(b'"')
    parts = [
        b"--" + named + b"\r\n%b\r\n\r\n%b\r\n" % (head, content * times)
        for head, (content, times) in pieces
    ]
    body = b"".join(parts) + end.replace(b"--b", b"--" + named)
    kind = b"Content-Type: multipart/form-data; boundary=" + boundary.translate(None, b"\r\n\0")
    head = b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + kind + b"\r\n"
    if way == "chunked":
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        request = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n"
    else:  # short: more is promised than comes
        promised = len(body) + (100 if way == "short" else 0)
        request = head + b"Content-Length: %d\r\n\r\n" % promised + body
    assert 200 <= sent(service, request) < 500
    assert service.get("/livez")[0].status == 200


def test_a_form_has_at_most_so_many_parts(service: Served) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'
    body = part * 2_000 + b"--b--\r\n"
    head = (
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n"
    )
    assert sent(service, head % len(body) + body) == 422
