"""The stage `read_rules`: a receipt's fields by what receipts everywhere have in common."""

from collections.abc import Sequence
from datetime import date

from vouch.schemas.draft import Candidate, Draft
from vouch.schemas.text import PageLayout
from vouch.workers.stages.rules.amounts import Amount, learn_habit, read_amount, spot_numbers
from vouch.workers.stages.rules.dates import DateReading, TimeReading, read_dates, read_times
from vouch.workers.stages.rules.dating import choose_dates, choose_times, month_first_odds
from vouch.workers.stages.rules.header import core
from vouch.workers.stages.rules.ledger import build_ledger
from vouch.workers.stages.rules.names import choose_addresses, choose_names, read_header
from vouch.workers.stages.rules.rows import Row, document_rows
from vouch.workers.stages.rules.totals import (
    Books,
    asides,
    choose_discount,
    choose_subtotal,
    choose_tax,
    choose_tip,
    choose_total,
)


def read_rules(layouts: Sequence[PageLayout], today: date | None = None) -> Draft:
    """Everything the rules find, best first, for the schema `receipt`. Dates after `today` count little."""
    rows = document_rows(layouts)
    dates = [reading for row in rows for reading in read_dates(row)]
    times = [time for row in rows for time in read_times(row)]
    amounts = _amounts(rows, dates, times)
    books = Books(build_ledger(rows, amounts), None)
    total = choose_total(books)
    odds = month_first_odds(rows, dates, None)
    found_dates = choose_dates(rows, dates, times, odds, today)
    sale = {found.span.row.index for found in (*dates, *times)}
    sale |= {
        row.index
        for row in rows
        if any(not one.is_bare and one.span.start < core(row)[1] for one in amounts[row.index])
    }
    header = read_header(rows, sale)
    fields: dict[str, tuple[Candidate, ...]] = {
        "/merchant/name": choose_names(header, rows),
        "/merchant/address": choose_addresses(header),
        "/date": found_dates,
        "/time": choose_times(times, dates, found_dates[0] if found_dates else None),
        "/subtotal": choose_subtotal(books, total[0] if total else None),
        "/tax": choose_tax(books, total[0] if total else None),
        "/tip": choose_tip(books),
        "/discount": choose_discount(books),
        "/total": total,
    }
    return Draft(
        reader="rules",
        candidates={pointer: found for pointer, found in fields.items() if found},
        asides=asides(books),
    )


def _amounts(
    rows: Sequence[Row], dates: Sequence[DateReading], times: Sequence[TimeReading]
) -> dict[int, tuple[Amount, ...]]:
    """Amounts by row, read under the habit of the whole document."""
    masked: dict[int, list[tuple[int, int]]] = {}
    for found in (*dates, *times):
        masked.setdefault(found.span.row.index, []).append((found.span.start, found.span.end))
    numbers = {row.index: spot_numbers(row, masked.get(row.index, ())) for row in rows}
    habit = learn_habit([number for found in numbers.values() for number in found])
    return {
        index: tuple(amount for number in found if (amount := read_amount(number, habit)))
        for index, found in numbers.items()
    }
