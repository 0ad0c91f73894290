"""When a value counts as right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.compare import fold, is_right, kind_of, token_f1
from vouch.evals.labels import AnyOf, Expected


@pytest.mark.parametrize(
    ("pointer", "kind"),
    [
        ("/total", "amount"),
        ("/items/3/unit_price", "amount"),
        ("/due_date", "date"),
        ("/time", "time"),
        ("/merchant/name", "text"),
    ],
)
def test_the_last_name_of_a_pointer_says_how_to_compare(pointer: str, kind: str) -> None:
    assert kind_of(pointer) == kind


@pytest.mark.parametrize(
    ("pointer", "expected", "given_value", "right"),
    [
        ("/total", "9.00", "9", True),
        ("/total", "9.00", "9.01", False),
        ("/total", "9.00", "nine", False),
        ("/total", "£6.95", "6.95", True),
        ("/total", AnyOf(any=("28.00", "30.80")), "30.80", True),
        ("/date", "2018-12-25", "2018-12-25", True),
        ("/date", "2018-05-12", "2018-12-05", False),
        ("/merchant/name", "BOOK TA .K SDN BHD", "Book Ta.K Sdn. Bhd", True),
        ("/merchant/name", "LasVegasNV89123", "Las Vegas, NV 89123", True),
        ("/merchant/name", "Käse & Co", "Kase Co", False),
        ("/is_error", True, True, True),
        ("/is_error", True, False, False),
        ("/code", None, "0x80070005", False),
    ],
)
def test_normalised_comparison(
    pointer: str, expected: Expected, *, given_value: str | bool, right: bool
) -> None:
    assert is_right(pointer, expected, given_value) is right


def test_token_f1_by_hand() -> None:
    # 3 of 4 wanted words among 5 found: 2·3 / (4 + 5).
    assert token_f1("12 mill lane ashcombe", "Mill Lane, Ashcombe Great Britain") == 6 / 9
    assert token_f1("", "") == 1
    assert token_f1("word", "") == 0


@given(st.text(), st.text())
def test_token_f1_is_symmetric_and_between_0_and_1(one: str, two: str) -> None:
    assert token_f1(one, two) == token_f1(two, one)
    assert 0 <= token_f1(one, two) <= 1


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_an_amount_is_right_for_itself(amount: object) -> None:
    assert is_right("/total", str(amount), str(amount))
