"""Invoices and credit notes: their fields by what vendors everywhere have in common."""

from collections.abc import Iterator, Sequence

from vouch.schemas.draft import Candidate, Draft, Pointer
from vouch.workers.stages.readers.invoice.currency import choose_invoice_currencies
from vouch.workers.stages.readers.invoice.heads import choose_dates, choose_numbers
from vouch.workers.stages.readers.invoice.parties import choose_parties
from vouch.workers.stages.readers.invoice.sheet import Sheet, read_sheet
from vouch.workers.stages.readers.invoice.sums import asides, choose_sums, read_sums
from vouch.workers.stages.readers.invoice.table import choose_items
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.rules.amounts import (
    Amount,
    Habit,
    Number,
    learn_habit,
    read_amount,
    spot_numbers,
)
from vouch.workers.stages.rules.currency_choice import likely_places
from vouch.workers.stages.rules.dates import DateReading, read_dates
from vouch.workers.stages.rules.dating import month_first_odds
from vouch.workers.stages.rules.rows import Span

Candidates = dict[Pointer, tuple[Candidate, ...]]


def read_invoice(seen: Seen) -> Draft:
    """What the rules find, best first."""
    sheet = read_sheet(seen.layouts)
    dates = tuple(reading for cell in sheet.cells for reading in read_dates(cell))
    numbers = _numbers(sheet, dates)
    habit = learn_habit(numbers, likely_places(sheet.cells))
    amounts = _amounts(numbers, habit)
    sums = tuple(read_sums(sheet, amounts))
    currency = choose_invoice_currencies(sheet, amounts)
    odds = month_first_odds(sheet.cells, dates, currency[0].value if currency else None)
    fields: Candidates = {
        "/number": choose_numbers(sheet, [*(one.span for one in dates), *_money(amounts)]),
        **choose_dates(sheet, dates, odds, seen.today),
        "/currency": currency,
        **choose_parties(sheet),
        **choose_items(sheet, habit),
        **choose_sums(sums),
    }
    found = {pointer: candidates for pointer, candidates in fields.items() if candidates}
    return Draft(reader="rules", candidates=found, asides=asides(sums))


def _numbers(sheet: Sheet, dates: Sequence[DateReading]) -> tuple[Number, ...]:
    """All numbers but those of dates."""
    masked: dict[int, list[tuple[int, int]]] = {}
    for one in dates:
        masked.setdefault(one.span.row.index, []).append((one.span.start, one.span.end))
    return tuple(
        number for cell in sheet.cells for number in spot_numbers(cell, masked.get(cell.index, ()))
    )


def _amounts(numbers: Sequence[Number], habit: Habit) -> tuple[Amount, ...]:
    """Those that can be money in the document's own habit."""
    found = (amount for number in numbers if (amount := read_amount(number, habit)))
    return tuple(amount for amount in found if not _is_in_code(amount))


def _money(amounts: Sequence[Amount]) -> Iterator[Span]:
    """Where figures with cents stand."""
    yield from (one.figures for one in amounts if one.figures.text[-3:-2] in {".", ","})


def _is_in_code(amount: Amount) -> bool:
    """ "KR3M": marks and digits of an article's number are no money."""
    behind = amount.row.text[amount.span.end : amount.span.end + 1]
    return amount.mark is not None and behind.isalpha()
