"""Dates and times: forms, scars, readings."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.rules.printed import printed_row
from vouch.workers.stages.rules.dates import read_dates, read_times

CHRISTMAS = date(2018, 12, 25)


def dates(text: str) -> list[date]:
    return [reading.value for reading in read_dates(printed_row(text))]


def times(text: str) -> list[str]:
    return [reading.value for reading in read_times(printed_row(text))]


@pytest.mark.parametrize(
    "text",
    [
        "25/12/2018",
        "25-12-2018",
        "2018-12-25",
        "2018/12/25",
        "25.12.2018",
        "12/25/2018",
        "25 DEC 2018",
        "25-Dec-18",
        "Dec 25, 2018",
        "Dec25'18",
        "25DEC18",
        "20181225",
        "25122018",
        "2018年12月25日",
        "2018년 12월 25일",
        "107年12月25日",
        "平成30年12月25日",
        "25/12/2561",
        "25/12/201814:32",
        "25 / 12 / 2018",
        "25/12-2018",
        "Friday 25th December 2018",
        "le 25 décembre 2018",
        "25 de diciembre de 2018",
        "25. Dezember 2018",
        "25 grudnia 2018",
        "25 Aralık 2018",
        "25 Disember 2018",
        "250ec18",
        "25/I2/2018",
        "#19- 25/12/2018 10:27",
        "#19536025/12/2018",
        "2018-Dec-25",
    ],
)
def test_forms(text: str) -> None:
    assert CHRISTMAS in dates(text)


@pytest.mark.parametrize(
    "text",
    [
        "3/4",
        "1.2.3",
        "192.168.1.10",
        "12.50 10.00",
        "99/99/2018",
        "31/02/2018",
        "7/4,KAWASAN",
        "Dec 2018",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert dates(text) == []


def test_both_readings_of_an_ambiguous_date() -> None:
    found = list(read_dates(printed_row("03/04/2018")))
    assert {reading.value for reading in found} == {date(2018, 4, 3), date(2018, 3, 4)}
    assert all(reading.is_ambiguous for reading in found)


def test_a_day_above_twelve_is_unambiguous() -> None:
    (reading,) = read_dates(printed_row("9/19/2017"))
    assert (reading.value, reading.order) == (date(2017, 9, 19), "month_first")
    assert not reading.is_ambiguous


def test_a_date_is_read_once() -> None:
    assert dates("24 Mar 18 09:58:26 PM") == [date(2018, 3, 24)]
    assert dates("Monday, 11 December, 2017 8:47:34 PM") == [date(2017, 12, 11)]
    assert dates("30-08-2015 11:22 007955") == [date(2015, 8, 30)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14:32", "14:32"),
        ("14:32:05", "14:32:05"),
        ("8:13:39 PM", "20:13:39"),
        ("12:05 AM", "00:05"),
        ("05:10:PM", "17:10"),
        ("11h05", "11:05"),
        ("10.15 pm", "22:15"),
        ("12/03/201810:25:49 PM", "22:25:49"),
        ("2018-02-1714:17:07", "14:17:07"),
        ("9:57 PH", "21:57"),
        ("Time:23:55", "23:55"),
    ],
)
def test_times(text: str, value: str) -> None:
    assert times(text) == [value]


@pytest.mark.parametrize("text", ["25:61", "1:5", "12.50", "1:234"])
def test_other_numbers_are_no_times(text: str) -> None:
    assert times(text) == []


days = st.dates(date(1990, 1, 1), date(2049, 12, 31))
FORMS = ["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%d%b%y", "%m/%d/%Y"]


@given(days, st.sampled_from(FORMS))
def test_what_is_printed_is_among_the_readings(day: date, form: str) -> None:
    assert day in dates(f"Date: {day.strftime(form)} 10:15")


@given(st.timedeltas(timedelta(0), timedelta(hours=23, minutes=59)))
def test_time_on_both_clocks(since_midnight: timedelta) -> None:
    hour, minute = divmod(int(since_midnight.total_seconds()) // 60, 60)
    half = "AM" if hour < 12 else "PM"
    assert times(f"{hour:02d}:{minute:02d}") == [f"{hour:02d}:{minute:02d}"]
    assert times(f"{(hour - 1) % 12 + 1}:{minute:02d} {half}") == [f"{hour:02d}:{minute:02d}"]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    row = printed_row(text)
    spans = [reading.span for reading in read_dates(row)] + [
        found.span for found in read_times(row)
    ]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize("unit", ["1", "1/", "1 / ", "Jan ", "2018-", "a1", "年", "12:", "'1"])
def test_hostile_rows_take_linear_time(unit: str) -> None:
    started = time.process_time()
    dates(unit * (30_000 // len(unit)))
    times(unit * (30_000 // len(unit)))
    assert time.process_time() - started < 2.0
