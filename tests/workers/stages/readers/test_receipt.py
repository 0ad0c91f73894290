"""The stage `read_rules` on whole pages: made-up receipts of many countries, and other pages."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.stages.rules.printed import printed_page
from tests.workers.stages.rules.receipts import SAMPLES, Sample
from vouch.schemas.draft import Draft
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.receipt import read_receipt
from vouch.workers.stages.rules.drafting import KEPT
from vouch.workers.stages.rules.signals import SIGNALS

FORMS = {
    "/total": r"-?\d+(\.\d+)?",
    "/date": r"\d{4}-\d{2}-\d{2}",
    "/time": r"\d{2}:\d{2}(:\d{2})?",
    "/currency": r"[A-Z]{3}",
}


def check_draft(draft: Draft, layouts: list[PageLayout]) -> None:
    """What every draft keeps to, whatever is on the pages."""
    words = {
        (layout.page, index): token.text
        for layout in layouts
        for index, token in enumerate(layout.tokens.tokens)
    }
    for pointer, candidates in draft.candidates.items():
        scores = [candidate.score for candidate in candidates]
        assert 0 < len(candidates) <= KEPT
        assert scores == sorted(scores, reverse=True)
        assert len({candidate.value for candidate in candidates}) == len(candidates)
        for candidate in candidates:
            assert candidate.value
            assert set(candidate.signals) <= set(SIGNALS)
            assert all(0.0 <= value <= 1.0 for value in candidate.signals.values())
            printed = "".join(words[ref.page, ref.index] for ref in candidate.tokens)
            assert all(piece in printed for piece in candidate.raw.split())
            assert re.fullmatch(FORMS.get(pointer, r"(?s).+"), candidate.value)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.country)
def test_receipts_of_many_countries(sample: Sample) -> None:
    page = printed_page(sample.text)
    draft = read_receipt([page])
    check_draft(draft, [page])
    read = {pointer: draft.candidates[pointer][0].value for pointer in sample.expected}
    assert read == sample.expected


def test_no_page_and_an_empty_page_give_nothing() -> None:
    assert read_receipt([]).candidates == {}
    assert read_receipt([printed_page("")]).candidates == {}


def test_a_letter_gives_no_amount() -> None:
    letter = "Dear reader,\nyour subscription will be renewed.\nKind regards"
    draft = read_receipt([printed_page(letter)])
    assert not {"/total", "/tax", "/currency", "/date"} & set(draft.candidates)


def test_a_second_page_is_read_too() -> None:
    pages = [printed_page("SUNNY CAFE\nTea  9.00"), printed_page("Total  9.00", number=2)]
    (total, *_) = read_receipt(pages).candidates["/total"]
    assert {ref.page for ref in total.tokens} == {2}


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"article {number}  2  3.50  7.00" for number in range(700)),
        "\n".join(
            f"{word}  {n}.50" for n in range(250) for word in ("Total", "Tax", "Cash", "Change")
        ),
        "word 12.00 " * 1500,
        "total " * 3000,
        "1 " * 3000,
        "a1 2/3 4:5 Jan 6.7 (8) -9 RM 1 @ x " * 300,
    ],
    ids=["items", "totals", "amounts", "labels", "digits", "everything"],
)
def test_three_thousand_tokens_are_read_in_seconds(text: str) -> None:
    page = printed_page(text)
    started = time.process_time()
    check_draft(read_receipt([page]), [page])
    assert time.process_time() - started < 5.0


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=30), max_size=12))
def test_any_page_can_be_read(lines: list[str]) -> None:
    page = printed_page("\n".join(lines))
    check_draft(read_receipt([page]), [page])
