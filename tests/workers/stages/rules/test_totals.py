"""Labels, sides and sums: which amount is what."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.rules.printed import printed_page
from vouch.schemas.draft import Draft
from vouch.workers.stages.readers.receipt import read_receipt


def read(text: str) -> Draft:
    return read_receipt([printed_page(text)])


def best(text: str, pointer: str = "/total") -> str | None:
    found = read(text).candidates.get(pointer)
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Subtotal  10.00\nTax  0.60\nTotal  10.60\nCash  20.00\nChange  9.40", "10.60"),
        ("Total  10.62\nRounding  -0.02\nTotal Rounded  10.60\nCash  10.60", "10.60"),
        ("Total  10.62\nRounding  -0.02\nNet Total Rounded (MYR)  10.60", "10.60"),
        ("Total Qty  3\nTotal Saving  5.00\nTotal  10.60", "10.60"),
        ("Total (incl. GST 6%)  10.60\nTotal includes GST  0.60", "10.60"),
        ("Total excl. tax  10.00\nTotal incl. tax  10.60", "10.60"),
        ("SUBTOTAL (QTY 4)  10.60\nCASH  20.00\nCHANGE  9.40", "10.60"),
        ("Subtotal  10.00\nTax  0.60\nVISA  10.60", "10.60"),
        ("TOTAL\n10.60\nThank you", "10.60"),
        ("T0TAL  10.60\nCASH  20.00", "10.60"),
        ("TotalRM10.60\nCash RM20.00", "10.60"),
        ("GRAND TOTAL  1,234.50\nSome item  2,000.00", "1234.50"),
        ("SUMME  1.234,50\nGegeben  2.000,00\nZurück  765,50", "1234.50"),
        ("Total  10.60\nGST Summary\nTotal  10.00  0.60", "10.60"),
    ],
)
def test_total(text: str, total: str) -> None:
    assert best(text) == total


@pytest.mark.parametrize(
    ("text", "pointer", "value"),
    [
        ("Sub-Total  10.00\nGST 6%  0.60\nTotal  10.60", "/subtotal", "10.00"),
        ("Sub-Total  10.00\nGST 6%  0.60\nTotal  10.60", "/tax", "0.60"),
        ("Total  10.00\nTip  1.50\nTotal paid  11.50", "/tip", "1.50"),
        ("Item  11.00\nDiscount  -1.00\nTotal  10.00", "/discount", "1.00"),
        ("Total  19,20\nIVA 8% =  17,78  1,42  19,20", "/tax", "1.42"),
    ],
)
def test_other_amounts(text: str, pointer: str, value: str) -> None:
    assert best(text, pointer) == value


def test_service_charge_is_no_tip() -> None:
    assert best("Service Charge 10%  1.00\nTotal  11.00", "/tip") is None


def test_asides_carry_what_checks_need() -> None:
    asides = read("Total  10.62\nRounding  -0.02\nCash  20.00\nChange  9.40").asides
    values = {name: candidate.value for name, candidate in asides.items()}
    assert values == {"rounding": "-0.02", "cash": "20.00", "change": "9.40"}


def test_runners_up_are_kept_with_the_margin() -> None:
    found = read("Item  4.00\nOther  6.60\nTotal  10.60").candidates["/total"]
    assert len(found) > 1
    assert found[0].signals["margin"] == pytest.approx(found[0].score - found[1].score, abs=1e-3)


@given(
    prices=st.lists(st.integers(1, 99_999), min_size=1, max_size=6),
    given=st.integers(0, 5_000),
)
def test_any_sale_paid_in_cash_has_its_total_read(prices: list[int], given: int) -> None:
    total = sum(prices)
    lines = [f"ARTICLE {'ABCDEF'[i]}  {Decimal(price) / 100:.2f}" for i, price in enumerate(prices)]
    lines += [f"TOTAL  {Decimal(total) / 100:.2f}", f"CASH  {Decimal(total + given) / 100:.2f}"]
    lines += [f"CHANGE  {Decimal(given) / 100:.2f}"]
    assert Decimal(best("\n".join(lines)) or "NaN") == Decimal(total) / 100
