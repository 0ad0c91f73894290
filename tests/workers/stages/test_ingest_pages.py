"""Pages of a document come one by one, and only those that are wanted."""

import pytest

from tests.workers.stages.pdfs import page_pdf, text_at
from vouch.schemas.errors import (
    InvalidRequest,
)
from vouch.schemas.page_range import page_ranges
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.ingest import ingest

LIMITS = IngestLimits()


def test_only_wanted_pages_are_decoded_and_keep_their_numbers() -> None:
    content = page_pdf(text_at(80, 120, "TOTAL 12.00"), pages=5)
    wanted = page_ranges("2,4-")
    few = IngestLimits(max_pages=3)
    assert [shown.page.number for shown in ingest(content, few, wanted)] == [2, 4, 5]


def test_a_document_without_the_wanted_pages_is_refused() -> None:
    for content in (page_pdf(text_at(80, 120, "TOTAL 12.00"), pages=count) for count in (1, 2)):
        with pytest.raises(InvalidRequest):
            tuple(ingest(content, LIMITS, page_ranges("3-9")))


def test_a_page_is_there_before_the_next_is_decoded() -> None:
    content = page_pdf(text_at(80, 120, "TOTAL 12.00"), pages=3)
    pages = ingest(content, LIMITS)
    assert next(pages).page.number == 1
    pages.close()  # type: ignore[attr-defined]
    assert next(pages, None) is None
