"""Receipts: their fields by what receipts everywhere have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vouch.schemas.draft import Candidate, Draft, Pointer
from vouch.schemas.text import PageLayout
from vouch.workers.stages.rules.addresses import address_blocks, choose_addresses
from vouch.workers.stages.rules.amounts import Amount, learn_habit, read_amount, spot_numbers
from vouch.workers.stages.rules.contact import choose_numbers, choose_payments, choose_phones
from vouch.workers.stages.rules.currency_choice import choose_currencies, likely_places
from vouch.workers.stages.rules.dates import DateReading, TimeReading, read_dates, read_times
from vouch.workers.stages.rules.dating import (
    choose_dates,
    choose_times,
    month_first_odds,
    us_places,
)
from vouch.workers.stages.rules.header import core, read_header
from vouch.workers.stages.rules.items import find_items, item_candidates
from vouch.workers.stages.rules.ledger import Entry, build_ledger
from vouch.workers.stages.rules.names import choose_names
from vouch.workers.stages.rules.rows import Row, Span, document_rows
from vouch.workers.stages.rules.totals import (
    Books,
    adds_up,
    asides,
    choose_discount,
    choose_subtotal,
    choose_tax,
    choose_tip,
    choose_total,
)

Candidates = dict[Pointer, tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class _Prints:
    """What all fields are chosen from."""

    rows: tuple[Row, ...]
    dates: tuple[DateReading, ...]
    times: tuple[TimeReading, ...]
    amounts: dict[int, tuple[Amount, ...]]
    """By row index."""

    @property
    def moments(self) -> tuple[Span, ...]:
        """Where dates and times stand."""
        return tuple(found.span for found in self.dates) + tuple(found.span for found in self.times)

    @property
    def figures(self) -> tuple[Span, ...]:
        """Where numbers stand that are no telephone numbers."""
        amounts = (one.span for own in self.amounts.values() for one in own if not one.is_bare)
        return (*self.moments, *amounts)


def read_receipt(layouts: Sequence[PageLayout], today: date | None = None) -> Draft:
    """What the rules find, best first. Days after `today` count little."""
    prints = _prints(document_rows(layouts))
    entries = build_ledger(prints.rows, prints.amounts)
    amounts = [amount for own in prints.amounts.values() for amount in own]
    currency = choose_currencies(prints.rows, amounts, us_places(prints.rows))
    code = currency[0].value if currency else None
    merchant, head = _merchant(prints, code)
    money, extras = _money(prints, entries, head)
    fields: Candidates = {
        **merchant,
        "/merchant/phone": choose_phones(prints.rows, prints.figures, _region(code)),
        "/receipt_number": choose_numbers(prints.rows),
        **_moment(prints, code, today),
        "/currency": currency,
        **money,
        "/payment_method": choose_payments(prints.rows, entries, _best(money, "/total")),
    }
    found = {pointer: candidates for pointer, candidates in fields.items() if candidates}
    return Draft(reader="rules", candidates=found, asides=extras)


def _best(fields: Candidates, pointer: Pointer) -> Candidate | None:
    return next(iter(fields.get(pointer, ())), None)


def _region(currency: str | None) -> str | None:
    """ISO country of a national currency; the euro has none."""
    return currency[:2] if currency and currency != "EUR" else None


def _prints(rows: tuple[Row, ...]) -> _Prints:
    dates = tuple(reading for row in rows for reading in read_dates(row))
    times = tuple(time for row in rows for time in read_times(row))
    masked: dict[int, list[tuple[int, int]]] = {}
    for span in (*(found.span for found in dates), *(found.span for found in times)):
        masked.setdefault(span.row.index, []).append((span.start, span.end))
    numbers = {row.index: spot_numbers(row, masked.get(row.index, ())) for row in rows}
    every = [number for found in numbers.values() for number in found]
    habit = learn_habit(every, likely_places(rows))
    amounts = {
        index: tuple(amount for number in found if (amount := read_amount(number, habit)))
        for index, found in numbers.items()
    }
    return _Prints(rows, dates, times, amounts)


def _merchant(prints: _Prints, currency: str | None) -> tuple[Candidates, int]:
    """Name and address, and the first row behind the head."""
    sale = {span.row.index for span in prints.moments}
    sale |= {row.index for row in prints.rows if any(map(_is_price, prints.amounts[row.index]))}
    header = read_header(prints.rows, sale)
    blocks = [block for block in address_blocks(header) if block.strength >= 1.5]
    head = blocks[0].rows[-1].row.index + 1 if blocks and blocks[0].first < 12 else 1
    fields = {
        "/merchant/name": choose_names(header, prints.rows, currency),
        "/merchant/address": choose_addresses(header, currency),
    }
    return fields, head


def _is_price(amount: Amount) -> bool:
    """Money at the end of its row, or with a currency: "No. 55,57 & 59" is a house."""
    _, end = core(amount.row)
    behind = amount.row.text[amount.span.end : end]
    closes = sum(char.isalnum() for char in behind) <= 3
    return amount.is_firm and amount.span.start < end and (closes or amount.mark is not None)


def _moment(prints: _Prints, currency: str | None, today: date | None) -> Candidates:
    odds = month_first_odds(prints.rows, prints.dates, currency)
    dates = choose_dates(prints.rows, prints.dates, prints.times, odds, today)
    times = choose_times(prints.times, prints.dates, dates[0] if dates else None)
    return {"/date": dates, "/time": times}


def _money(
    prints: _Prints, entries: tuple[Entry, ...], head: int
) -> tuple[Candidates, dict[str, Candidate]]:
    items = find_items(prints.rows, entries, head)
    items_sum = sum((item.price.value for item in items), Decimal())
    books = Books(entries, items_sum if items else None)
    total = choose_total(books)
    best = total[0] if total else None
    fields: Candidates = {
        **item_candidates(items, adds_up=adds_up(books, best)),
        "/subtotal": choose_subtotal(books, best),
        "/tax": choose_tax(books, best),
        "/tip": choose_tip(books),
        "/discount": choose_discount(books),
        "/total": total,
    }
    return fields, asides(books)
