"""Which date is the receipt's own, and which way round it is."""

from datetime import date

import pytest

from tests.workers.stages.rules.printed import printed_rows
from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.dates import read_dates, read_times
from vouch.workers.stages.rules.dating import choose_dates, choose_times, month_first_odds


def chosen(
    text: str, currency: str | None = None, today: date | None = None
) -> tuple[Candidate, ...]:
    rows = printed_rows(text)
    dates = [reading for row in rows for reading in read_dates(row)]
    times = [found for row in rows for found in read_times(row)]
    return choose_dates(rows, dates, times, month_first_odds(rows, dates, currency), today)


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("Date: 03/04/2018", None, "2018-04-03"),
        ("Date: 03/04/2018", "MYR", "2018-04-03"),
        ("Date: 03/04/2018\nSpringfield, IL 62701", None, "2018-03-04"),
        ("Date: 03/04/2018\n(217) 555-2345\nSales Tax 1.00", "USD", "2018-03-04"),
        ("Date: 03/04/2018\nPrinted: 03/25/2018", None, "2018-03-04"),
        ("Date: 03/04/2018\nSpringfield, IL 62701\nDue 25/04/2018", None, "2018-04-03"),
    ],
)
def test_day_or_month_first_is_learnt_from_the_page(
    text: str, currency: str | None, expected: str
) -> None:
    assert chosen(text, currency)[0].value == expected


def test_the_other_reading_stays_a_runner_up() -> None:
    first, second = chosen("Date: 03/04/2018")
    assert {first.value, second.value} == {"2018-04-03", "2018-03-04"}
    assert first.signals["ambiguous"] == 1.0


@pytest.mark.parametrize(
    "other",
    [
        "Due date: 01/02/2018",
        "Valid until 30/06/2018",
        "Member since 15/08/2012",
        "Expiry: 31/12/2020",
    ],
)
def test_dates_for_something_else_come_after(other: str) -> None:
    assert chosen(f"{other}\nx\n20/01/2018 10:15")[0].value == "2018-01-20"


def test_a_day_that_has_not_come_counts_little() -> None:
    text = "Date: 20/01/2031\nPrinted 20/01/2021"
    assert chosen(text, today=date(2026, 1, 1))[0].value == "2021-01-20"


def test_the_time_beside_the_date_comes_first() -> None:
    rows = printed_rows("Open 09:00 - 22:00\nx\n20/01/2018   13:37\ny")
    dates = [reading for row in rows for reading in read_dates(row)]
    times = [found for row in rows for found in read_times(row)]
    best = choose_dates(rows, dates, times, 0.0, None)[0]
    assert choose_times(times, dates, best)[0].value == "13:37"
