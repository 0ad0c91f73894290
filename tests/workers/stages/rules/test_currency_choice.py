"""The currency: printed, shared by several countries, or inferred."""

import pytest

from tests.workers.stages.rules.printed import printed_page
from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.receipt import read_receipt


def chosen(text: str) -> Candidate | None:
    found = read_receipt([printed_page(text)]).candidates.get("/currency")
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tea  RM9.00", "MYR"),
        ("Tea  9.00\nTotal (RM)  9.00", "MYR"),
        ("Tea  £9.00", "GBP"),
        ("Tee  9,00 €", "EUR"),
        ("Tea  $9.00", "USD"),
        ("Singapore 609690\nTea  $9.00", "SGD"),
        ("Sydney NSW 2000\nTea  $9.00", "AUD"),
        ("Bergen, Norge\nTe  49,00 kr", "NOK"),
        ("GSTIN 33AAACH1234R1Z5\nTea  Rs.9.00", "INR"),
    ],
)
def test_printed(text: str, code: str) -> None:
    found = chosen(text)
    assert found is not None
    assert (found.value, found.signals["inferred"]) == (code, 0.0)


def test_inferred_says_so_and_shows_the_words() -> None:
    found = chosen("SUNNY TRADING SDN BHD\nJALAN MAWAR, SELANGOR\nTea  9.00")
    assert found is not None
    assert (found.value, found.signals["inferred"]) == ("MYR", 1.0)
    assert found.tokens
    assert found.raw == "SDN BHD"


def test_unknown_stays_unknown() -> None:
    assert chosen("Tea  9.00\nTotal  9.00") is None
