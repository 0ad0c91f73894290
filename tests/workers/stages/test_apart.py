"""Receipts that share a page."""

import numpy as np

from tests.workers.stages.documents import page_of
from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.apart import alone, pieces, within
from vouch.workers.stages.segment import group_lines
from vouch.workers.stages.split import documents_in

RECEIPTS = Options(schema_name="receipt")
CAFE = ("Corner Cafe Ltd", "12 Main Street", "Date 12/03/2024 10:15", "Coffee 9.50", "Cake 4.00",
        "TOTAL 13.50", "CASH 20.00", "CHANGE 6.50", "Thank you and see you soon")  # fmt: skip
BOOKS = ("Book Barn Ltd", "4 High Street", "Date 14/03/2024 16:40", "Atlas 20.00", "Pen 3.00",
         "TOTAL 23.00", "CARD 23.00", "Receipt No: 4711-88", "Thank you")  # fmt: skip


def together(first: PageLayout, second: PageLayout, right: float, down: float) -> PageLayout:
    """Both on one page, the second moved."""
    moved = (
        token.model_copy(
            update={
                "polygon": tuple((x + right, y + down) for x, y in token.polygon),
                "run": token.run + 100,
            }
        )
        for token in second.tokens.tokens
    )
    size = {"width": 1000, "height": 1200}
    read = first.tokens.model_copy(update={"tokens": (*first.tokens.tokens, *moved), **size})
    return PageLayout(tokens=read, lines=group_lines(read), regions=())


def texts(layout: PageLayout) -> list[list[str]]:
    return [
        [line.text for line in within(layout, words).lines] for words in pieces(layout, RECEIPTS)
    ]


def test_receipts_side_by_side_and_one_above_the_other_are_two() -> None:
    cafe, books = page_of(*CAFE), page_of(*BOOKS)
    for page in (together(cafe, books, 400, 13), together(cafe, books, 10, 400)):
        assert texts(page) == [list(CAFE), list(BOOKS)]
        places = [list(one.places) for one in documents_in([page], RECEIPTS)]
        assert places == [[0], [0]]


def test_a_receipt_and_the_slip_of_its_card_are_one() -> None:
    slip = page_of("CARD PAYMENT", "Date 12/03/2024 10:16", "TOTAL 13.50", "VISA 13.50",
                   "Approved by the bank", "Please keep this slip")  # fmt: skip
    assert len(pieces(together(page_of(*CAFE), slip, 0, 420), RECEIPTS)) == 1


def test_a_model_is_shown_one_receipt_alone() -> None:
    shown = alone(np.zeros((20, 30, 3), np.uint8), Bbox(left=5, top=4, right=15, bottom=10))
    assert (shown[4:10, 5:15] == 0).all()
    assert int((shown == 0).sum()) == 6 * 10 * 3
