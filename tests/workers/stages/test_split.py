"""Files that hold several documents, and those that only look like it."""

from collections.abc import Sequence

from tests.workers.stages.documents import page_of
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.split import documents_in

RECEIPTS = Options(schema_name="receipt")


def receipt(number: int, shop: str, date: str, total: str) -> PageLayout:
    rows = (
        shop,
        "12 Main Street",
        f"Date {date} 10:15",
        f"Coffee {total}",
        f"TOTAL {total}",
        "CASH",
    )
    return page_of(*rows, number=number)


def places(layouts: Sequence[PageLayout], options: Options = RECEIPTS) -> list[list[int]]:
    return [list(one.places) for one in documents_in(layouts, options)]


def test_each_receipt_of_a_scan_is_a_document() -> None:
    pages = [
        receipt(1, "Corner Cafe", "12/03/2024", "9.50"),
        receipt(2, "Book Barn Ltd", "14/03/2024", "23.00"),
        receipt(3, "City Parking", "15/03/2024", "4.20"),
    ]
    assert places(pages) == [[0], [1], [2]]


def test_a_receipt_that_goes_on_is_one_document() -> None:
    first = page_of("Corner Cafe", "Date 12/03/2024", "Coffee 9.50", "Tea 3.00", number=1)
    second = page_of("Page 2 of 2", "Cake 4.00", "TOTAL 16.50", "Date 13/03/2024", number=2)
    assert places([first, second]) == [[0, 1]]


def test_a_card_slip_behind_its_receipt_is_no_other_document() -> None:
    pages = [receipt(1, "Corner Cafe", "12/03/2024", "9.50")]
    slip = page_of("CARD PAYMENT", "Date 12/03/2024", "TOTAL 9.50", "APPROVED", number=2)
    assert places([*pages, slip]) == [[0, 1]]


def test_receipts_of_one_shop_and_day_are_told_apart_by_what_was_bought() -> None:
    first = page_of("Corner Cafe", "Tel 555-010-4477", "Bill No: A10231", "Date 12/03/2024 10:15",
                    "Coffee 9.50", "TOTAL 9.50", number=1)  # fmt: skip
    second = page_of("Corner Cafe", "Tel 555-010-4477", "Bill No: A10388", "Date 12/03/2024 16:40",
                     "Cake 4.00", "TOTAL 4.00", number=2)  # fmt: skip
    assert places([first, second]) == [[0], [1]]


def test_masked_files_are_split_and_other_schemas_are_not() -> None:
    pages = [
        receipt(1, "Corner Cafe", "12/03/2024", "9.50"),
        receipt(2, "Book Barn Ltd", "14/03/2024", "23.00"),
    ]
    assert places(pages, Options(schema_name="generic")) == [[0, 1]]
    assert places(pages, Options(schema_name="receipt", redact=("email",))) == [[0], [1]]
