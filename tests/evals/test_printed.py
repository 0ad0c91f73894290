"""Readings of printed dates, times and amounts."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.printed import (
    amount_readings,
    date_readings,
    same_date,
    same_time,
    time_readings,
)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("12/5/2018", "2018-05-12"),
        ("12/5/2018", "2018-12-05"),
        ("08.06.95", "1995-06-08"),
        ("27Dec´16", "2016-12-27"),
        ("Jul19'14", "2014-07-19"),
        ("Friday2Mar2018", "2018-03-02"),
        ("Tuesday,March27th2018", "2018-03-27"),
        ("18-01-11", "2018-01-11"),
        ("04/11", "2017-11-04"),
    ],
)
def test_a_date_has_every_plausible_reading(printed: str, iso: str) -> None:
    assert same_date(printed, iso)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("25/12/2018", "2018-12-24"),
        ("31/02/2018", "2018-02-31"),
        ("2018-01-03", "2018-03-01"),
        ("Total", "2018-01-01"),
    ],
)
def test_a_date_has_no_other_reading(printed: str, iso: str) -> None:
    assert not same_date(printed, iso)


@pytest.mark.parametrize(
    ("printed", "iso", "same"),
    [
        ("10:44AM", "10:44", True),
        ("12:07AM", "00:07", True),
        ("9.38PM", "21:38", True),
        ("05:10:PM", "17:10", True),
        ("7:50.45P", "19:50:45", True),
        ("11h05", "11:05", True),
        ("14:03", "14:03:00", True),
        ("8:11PM", "08:11", False),
        ("6:14:37PM", "18:14", False),
    ],
)
def test_times(printed: str, iso: str, *, same: bool) -> None:
    assert same_time(printed, iso) is same


@pytest.mark.parametrize(
    ("printed", "amounts"),
    [
        ("£6.95", {"6.95"}),
        ("5,00", {"5.00"}),
        ("1.234", {"1.234", "1234"}),
        ("RM1,234.50", {"1234.50"}),
        ("1.234,50 €", {"1234.50"}),
        ("1x29.98", {"1", "29.98"}),
        ("none", set()),
    ],
)
def test_amounts(printed: str, amounts: set[str]) -> None:
    assert amount_readings(printed) == {Decimal(amount) for amount in amounts}


@given(
    st.dates(date(1950, 1, 1), date(2049, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%m-%d-%y", "%Y.%m.%d", "%d%b%Y", "%B %d, %Y"]),
)
def test_a_date_is_a_reading_of_what_it_is_printed_as(day: date, form: str) -> None:
    assert day.isoformat() in date_readings(day.strftime(form))


@given(st.times(), st.sampled_from(["%H:%M:%S", "%I:%M:%S %p", "%I.%M.%S%p"]))
def test_a_time_is_a_reading_of_what_it_is_printed_as(moment: time, form: str) -> None:
    assert time_readings(moment.strftime(form)) == {moment.strftime("%H:%M:%S")}
