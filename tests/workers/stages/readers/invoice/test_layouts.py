"""Layouts without words for seller and buyer, and tables whose columns run into each other."""

from tests.workers.stages.readers.invoice.test_reader import read

LETTERHEAD = """
Karvel Tiles
8 Harbour Road
BN1 4GT Brinmouth
Tel. +44 20 7946 0011
www.karveltiles.example


Dunmore School
3 Church Lane
BN2 7AA Brinmouth

Invoice No. 20481
Date 4 March 2024
"""
LETTERHEAD += "\n" * 20 + "Goods remain ours until paid."
"""Addresses stand in the upper half of a page."""


def test_the_block_with_the_web_address_is_the_sellers_and_the_other_the_buyers() -> None:
    found = read(LETTERHEAD)
    assert found["/seller/name"] == "Karvel Tiles"
    assert found["/seller/address"] == "8 Harbour Road, BN1 4GT Brinmouth"
    assert found["/buyer/name"] == "Dunmore School"


def test_a_tax_number_belongs_to_the_block_it_stands_in() -> None:
    found = read(LETTERHEAD.replace("BN2 7AA Brinmouth", "BN2 7AA Brinmouth\nVAT ID GB980780684"))
    assert found["/buyer/tax_id"] == "GB980780684"
    assert "/seller/tax_id" not in found


def test_columns_that_run_into_each_other_are_parted_by_their_headings() -> None:
    found = read("""
Qty Description           Unit price     Total
2   Desk lamp grey        10.00          20.00
12  Paper A4              5.00           60.00
                          Net total      80.00
""")
    items = [
        [found.get(f"/items/{row}/{name}") for name in ("quantity", "description", "price")]
        for row in range(3)
    ]
    assert items == [
        ["2", "Desk lamp grey", "20.00"],
        ["12", "Paper A4", "60.00"],
        [None, None, None],
    ]


def test_a_discount_for_paying_early_is_not_when_payment_is_due() -> None:
    found = read("""
Invoice No. 77120
Date 04.03.2024
2% discount if paid by 11.03.2024
Please transfer the amount by 03.04.2024
""")
    assert found["/due_date"] == "2024-04-03"


def test_an_amount_is_no_invoice_number() -> None:
    found = read("""
Invoice number: 61639-C
Invoice 17,260.12 EUR
""")
    assert found["/number"] == "61639-C"


def test_items_go_on_below_what_is_carried_over() -> None:
    found = read("""
Invoice No. A-12
Description       Qty     Unit price     Total
                          Brought forward     100.00
Tables            1       300.00         300.00
                          Net total           400.00
""")
    assert found["/items/0/price"] == "300.00"
