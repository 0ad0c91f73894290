"""Amounts: every notation, scars, habit, and what is no amount."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.rules.printed import printed_row
from vouch.workers.stages.rules.amounts import (
    Amount,
    Habit,
    learn_habit,
    read_amount,
    spot_numbers,
)

POINT, COMMA, WHOLE = Habit(".", 2), Habit(",", 2), Habit(",", 0)


def amounts(text: str, habit: Habit = POINT) -> list[Amount]:
    numbers = spot_numbers(printed_row(text))
    return [amount for number in numbers if (amount := read_amount(number, habit))]


def values(text: str, habit: Habit = POINT) -> list[str]:
    return [amount.text for amount in amounts(text, habit) if not amount.is_bare]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("RM12.00", "12.00"),
        ("TotalRM12.00", "12.00"),
        ("RM 33.90", "33.90"),
        ("$ 5", "5"),
        ("12.00-", "-12.00"),
        ("(12.00)", "-12.00"),
        ("-12.00", "-12.00"),
        ("-RM0.02", "-0.02"),
        ("RM-0.02", "-0.02"),
        ("12.00 CR", "-12.00"),
        ("¥1,200", "1200"),
        ("1,200円", "1200"),
        ("63.00 kr", "63.00"),
        ("5,-", "5"),
        (".50", "0.50"),
        ("0.00", "0.00"),
        ("R12.00", "12.00"),
        ("12.00*", "12.00"),
        ("29.98 A", "29.98"),
        ("9.00SR", "9.00"),
    ],
)
def test_notations(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9 .00", "9.00"),
        ("9. 00", "9.00"),
        ("9.0O", "9.00"),
        ("1O.00", "10.00"),
        ("RMO.02", "0.02"),
        ("15.0C", "15.00"),
        ("TOTAL RM 64 13", "64.13"),
        ("CHANGE 13 15", "13.15"),
    ],
)
def test_scars_are_repaired_and_marked(text: str, value: str) -> None:
    (amount,) = amounts(text)
    assert amount.text == value
    assert amount.is_scarred


@pytest.mark.parametrize(
    "text",
    [
        "6%",
        "%8",
        "03-4162-2318",
        "SS21/39",
        "A-16-1",
        "2.98/kg",
        "500ml",
        "1.385kg",
        "#12.00",
        "192.168.10.1",
        "R00123",
        "25.12.2018",
    ],
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert values(text) == []


def test_a_masked_stretch_is_not_looked_at() -> None:
    row = printed_row("12.30 9.00")
    assert [number.body for number in spot_numbers(row, [(0, 5)])] == ["9.00"]


def test_several_amounts_of_a_row_stand_apart() -> None:
    assert values("1 PC 9.000 0.00 9.00") == ["9.000", "0.00", "9.00"]
    assert values("DRAFT BEER 1 160.00") == ["160.00"]
    assert values("Sub Total 250.00") == ["250.00"]
    assert values("6.4 @ $1.99 12.74") == ["1.99", "12.74"]


@pytest.mark.parametrize(
    ("text", "habit", "value"),
    [
        ("1,200", POINT, "1200"),
        ("1.200", COMMA, "1200"),
        ("1,000", COMMA, "1.000"),
        ("9.000", POINT, "9.000"),
        ("9,00", POINT, "9.00"),
        ("25.000", WHOLE, "25000"),
        ("0.500", Habit(".", 3), "0.500"),
        ("6.900", Habit(".", 3), "6.900"),
    ],
)
def test_three_digits_behind_a_separator_follow_the_habit(
    text: str, habit: Habit, value: str
) -> None:
    assert [amount.text for amount in amounts(text, habit)] == [value]


@pytest.mark.parametrize(
    ("texts", "places", "habit"),
    [
        (["12.00", "1.50", "3,20"], None, Habit(".", 2)),
        (["12,00", "1,50"], None, Habit(",", 2)),
        (["25.000", "3.000"], None, Habit(",", 0)),
        (["4,500", "10,000"], None, Habit(".", 0)),
        (["6.900", "1.000"], 3, Habit(".", 3)),
        (["0.500", "1.250"], None, Habit(".", 3)),
        ([], None, Habit(".", 2)),
        (["120", "85"], 0, Habit(".", 0)),
    ],
)
def test_habit_is_learnt(texts: list[str], places: int | None, habit: Habit) -> None:
    numbers = [number for text in texts for number in spot_numbers(printed_row(text))]
    assert learn_habit(numbers, places) == habit


def test_bare_numbers_are_told_from_money() -> None:
    assert amounts("2")[0].is_bare
    assert not amounts("2.00")[0].is_bare
    assert not amounts("RM2")[0].is_bare
    assert not amounts("130", WHOLE)[0].is_bare
    assert amounts("123456", WHOLE)[0].is_bare


cents = st.integers(1, 99_999_999)


@given(cents)
def test_what_is_printed_with_a_point_is_read_back(amount: int) -> None:
    value = Decimal(amount) / 100
    assert [Decimal(text) for text in values(f"TOTAL {value:,.2f}")] == [value]


@given(cents)
def test_what_is_printed_with_a_comma_is_read_back(amount: int) -> None:
    value = Decimal(amount) / 100
    printed = f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
    assert [Decimal(text) for text in values(f"SUMME {printed} EUR", COMMA)] == [value]


@given(st.text(max_size=200))
def test_any_text_gives_decimal_strings(text: str) -> None:
    for amount in amounts(text):
        assert amount.value.is_finite()
        assert 0 <= amount.span.start < amount.span.end <= len(text)


@pytest.mark.parametrize(
    "unit", ["1", "1,", "1 ", "1 111 ", ".", "- ", "RM ", "(", "O", "9 .", "1-", "$$", "٣"]
)
def test_hostile_rows_take_linear_time(unit: str) -> None:
    started = time.process_time()
    amounts(unit * (30_000 // len(unit)))
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("RM 33.90", "33.90"),
        ("RM33.90", "33.90"),
        ("$: 8.20", "8.20"),
        ("90.00 EUR", "90.00"),
        ("-$5.00", "-$5.00"),
        ("12.00", "12.00"),
    ],
)
def test_figures_leave_the_currency_out(text: str, figures: str) -> None:
    (amount,) = amounts(text)
    assert amount.figures.raw == figures
