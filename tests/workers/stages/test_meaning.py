from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.stages.meaning import follows, key_of

amounts = st.decimals(0, 999_999, places=2, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9.0", "9.00"),
        ("9", "9.00"),
        ("14:32", "14:32:05"),
        ("Corner-Shop", "CORNER SHOP"),
        ("2018-12-25", "2018-12-25"),
    ],
)
def test_values_that_mean_the_same_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9.00", "90.0"),
        ("-5.00", "5.00"),
        ("12.50", "1250"),
        ("007", "7"),
        ("true", "false"),
        ("+", "-"),
        ("100", "1"),
    ],
)
def test_values_that_differ_have_two(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("33.90", "RM 33.90"),
        ("33.9", "33,90 €"),
        ("1234.50", "1.234,50"),
        ("1234", "1,234"),
        ("1234.50", "1 234,50"),
        ("-5.00", "5.00-"),
        ("7", "7 %"),
        ("0.07", "7%"),
        ("3", "3 x"),
        ("2018-12-25", "25/12/2018"),
        ("2018-11-12", "11.12.2018"),
        ("2018-12-11", "11.12.2018"),
        ("2018-12-25", "25 Dec 18"),
        ("14:32", "2:32 PM"),
        ("2018-12-25T14:32:00Z", "25/12/2018 14:32"),
        ("card", "VISA CARD"),
        ("+60312345678", "+603-1234 5678"),
        ("AB12", "AB 12"),
        ('["a","b"]', "A, B"),
        ('"not found"', "404 Not Found"),
        ('{"code":404,"words":["not"]}', "404 Not Found"),
        ("€", "€"),
        ("2024-11-99", "2024-11-99"),
        ("99:99", "99:99"),
    ],
)
def test_a_reading_of_the_print_follows_from_it(value: str, raw: str) -> None:
    assert follows(value, raw)


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("33.91", "RM 33.90"),
        ("12", "12.50"),
        ("1250.00", "12.50"),
        ("2018-12-26", "25/12/2018"),
        ("2018-04-11", "11/04"),
        ("14:33", "14:32"),
        ("2018-12-25T15:00:00Z", "25/12/2018 14:32"),
        ("MYR", "RM 33.90"),
        ("cash", "CASHIER 7"),
        ("true", "paid in full"),
        ('["a","c"]', "A, B"),
        ("9.00", ""),
        ("anything", ""),
    ],
)
def test_what_no_reading_gives_does_not(value: str, raw: str) -> None:
    assert not follows(value, raw)


@given(amounts, st.sampled_from([".", ","]))
def test_every_amount_follows_from_its_own_print(amount: Decimal, point: str) -> None:
    assert follows(f"{amount:f}", f"{amount:.2f}".replace(".", point))


@given(amounts, amounts)
def test_no_amount_follows_from_the_print_of_another(one: Decimal, other: Decimal) -> None:
    assert follows(f"{one:.2f}", f"{other:.2f}") == (one == other)


@given(st.dates(date(1990, 1, 1), date(2059, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y"]))
def test_every_date_follows_from_its_own_print(day: date, form: str) -> None:
    assert follows(day.isoformat(), day.strftime(form))


@given(st.text(), st.text())
def test_any_text_can_be_asked_about(value: str, raw: str) -> None:
    assert follows(value, raw) in (True, False)
