"""Error codes in texts, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.stages.readers.error_screenshot.codes import codes_in, is_detail


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The operation failed with 0x80070005.", "0x80070005"),
        ("hr=0×8004O11b", "0x8004011b"),
        ("Fehlercode: 0x8024402C", "0x8024402C"),
        ("Quote error code 1450 when you call.", "1450"),
        ("Error 1603: fatal error during set-up", "1603"),
        ("The process ended with exit code -1", "-1"),
        ("code d'erreur : 501", "501"),
        ("Código de error: 7", "7"),
        ("Ошибка 629", "629"),
        ("HTTP Error 500.19 - Internal", "500.19"),
        ("502 Bad Gateway", "502"),
        ("HTTP/1.1 403", "403"),
        ("net::ERR_CERT_DATE_INVALID", "net::ERR_CERT_DATE_INVALID"),
        ("DNS_PROBE_FINISHED_NXDOMAIN", "DNS_PROBE_FINISHED_NXDOMAIN"),
        ("AADSTS50011: the reply address differs", "AADSTS50011"),
        ("ORA-00001: unique constraint", "ORA-00001"),
        ("SQLSTATE[HY000]: general", "HY000"),
        ("Stop code: PAGE_FAULT_IN_NONPAGED_AREA", "PAGE_FAULT_IN_NONPAGED_AREA"),
        ("connect ECONNREFUSED 127.0.0.1:80", "ECONNREFUSED"),
        ("[Errno 13] permission", "13"),
    ],
)
def test_codes_as_programs_print_them(text: str, code: str) -> None:
    assert next(iter(codes_in(text))).value.removeprefix("net::") == code.removeprefix("net::")


@pytest.mark.parametrize(
    "text",
    [
        "Your order 404 has been sent.",
        "The error occurred in 2013.",
        "Errors: 3 found",
        "ERROR MESSAGE",
        "Version 16.0.1234",
        "Error ID: ee56cf9c-03e6-605f-7c08-0a1d1a245de6",
        "Failed on 12.03.2024",
        "Call 555-0100 for help",
        "",
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert codes_in(text) == ()


@pytest.mark.parametrize("text", ["Correlation ID: 5", "Zeitstempel: 10:00", "Request ID abc"])
def test_lines_of_one_occurrence(text: str) -> None:
    assert is_detail(text)
    assert not is_detail("The request could not be correlated.")


@given(st.text(max_size=200))
def test_codes_stand_where_they_say(text: str) -> None:
    for code in codes_in(text):
        assert text[code.start : code.end] == code.printed
        assert 0 < code.strength <= 1
