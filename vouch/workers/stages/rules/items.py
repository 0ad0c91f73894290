"""Line items: rows of the sale with a description and a price, in one printed row or two."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.amounts import Amount
from vouch.workers.stages.rules.drafting import candidate
from vouch.workers.stages.rules.ledger import Entry
from vouch.workers.stages.rules.rows import Row, Span

_MOST = 200
_CENT = Decimal("0.015")
_TIMES = re.compile(
    r"(?<![\w.,%])(\d{1,4}(?:[.,]\d{1,3})?)\s?(?:[xX×*@]|pcs?\b|kgs?\b|ea\b|pkt\b|ctn\b|st\b|stk\b)",
    re.I,
)
_AT = re.compile(r"[xX×*@]\s?(?:[$€£¥]|RM)?\s?(\d+(?:[.,]\d+)?)")
_LEADING = re.compile(r"^\W{0,3}(\d{1,3})(?:\s?[xX×])?\s+(?=[^\W\d_])")
_CODE = re.compile(r"^\W*(?:[A-Z]{0,3}\d{4,14}[A-Z]?\b[\s:.-]*)+", re.I)
_UNITS = re.compile(
    r"(?<![^\W\d_])(?:[xX]|kgs?|gr?|lbs?|ltr?|l|pcs?|stk?|szt|ea|un|und|ud|uds|each|qty|eur|rm|usd)(?![^\W_])",
    re.I,
)
_ENDS_ZONE = {"total", "subtotal", "cash", "change"}


@dataclass(frozen=True, slots=True)
class Item:
    """A line item and where its parts are printed."""

    description: Span
    quantity: tuple[str, Span] | None
    unit_price: Amount | None
    price: Amount

    @property
    def multiplies(self) -> bool:
        """Quantity times unit price is the price."""
        if not self.quantity or not self.unit_price:
            return False
        return abs(Decimal(self.quantity[0]) * self.unit_price.value - self.price.value) <= _CENT


def find_items(rows: Sequence[Row], entries: Sequence[Entry], head: int) -> tuple[Item, ...]:
    """The items between row `head` and the first total."""
    by_row: dict[int, list[Entry]] = {}
    for entry in entries:
        by_row.setdefault(entry.amount.row.index, []).append(entry)
    end = _zone_end(entries, head, len(rows))
    described: set[int] = set()
    items: list[Item] = []
    for row in rows[head:end]:
        own = by_row.get(row.index, [])
        price = _price(own)
        if price is None:
            continue
        description = _description(row, own, price)
        if description is None:
            description = _above(row, rows, head, by_row, described)
        if len(items) > 1 and price.value == sum(item.price.value for item in items):
            break  # a total without a word that says so
        if description is not None:
            described.add(description.row.index)
            items.append(_item(row, own, price, description))
        elif items:
            items[-1] = _multiplied(items[-1], row, price)
    return tuple(items[:_MOST])


def _multiplied(item: Item, row: Row, unit: Amount) -> Item:
    """The item with "3 x 3.20" from the row below it, where that gives its price."""
    times = _TIMES.search(row.text)
    if item.quantity or not times:
        return item
    quantity = times[1].replace(",", "."), Span(row, times.start(1), times.end(1))
    whole = replace(item, quantity=quantity, unit_price=unit)
    return whole if whole.multiplies else item


def _zone_end(entries: Sequence[Entry], head: int, count: int) -> int:
    ends = (
        entry.amount.row.index
        for entry in entries
        if entry.kind in _ENDS_ZONE
        and entry.strength >= 0.6
        and entry.amount.row.index > head
        and not entry.amount.is_bare
    )
    return min(ends, default=count)


def _price(own: Sequence[Entry]) -> Amount | None:
    """The last full amount of a row that is no tax, discount or payment, from 0 upwards."""
    if any(entry.kind is not None and entry.strength >= 0.6 for entry in own):
        return None
    full = [entry.amount for entry in own if not entry.amount.is_bare]
    return full[-1] if full and full[-1].value >= 0 else None


def _letters(text: str) -> int:
    return sum(char.isalpha() for char in text)


def _description(row: Row, own: Sequence[Entry], price: Amount) -> Span | None:
    """The words before the numbers, without a leading quantity or article code."""
    text = row.text
    start = 0
    if leading := _LEADING.match(text):
        start = leading.end()
    elif (code := _CODE.match(text)) and _letters(text[code.end() : price.span.start]) >= 2:
        start = code.end()
    numbers = [
        amount.span.start
        for amount in (entry.amount for entry in own)
        if amount.span.start > start and not _is_in_words(amount, price)
    ]
    times = [match.start() for match in _TIMES.finditer(text) if match.start() > start]
    letters_until = [end for end in (*numbers, *times) if _letters(text[start:end]) >= 2]
    end = min(letters_until, default=price.span.start)
    words = text[start:end].rstrip(" -:.*@(")
    return Span(row, start, start + len(words)) if _says_what(words) else None


def _is_in_words(amount: Amount, price: Amount) -> bool:
    """ "Vitamin 12 forte  8.50": a bare number that more words follow belongs to them."""
    between = amount.row.text[amount.span.end : price.span.start]
    return amount.is_bare and _says_what(between)


def _says_what(words: str) -> bool:
    """ "2 Stk x", "0,850 kg": units and signs alone describe nothing."""
    return _letters(_UNITS.sub("", words)) >= 2


def _above(
    row: Row,
    rows: Sequence[Row],
    head: int,
    by_row: Mapping[int, Sequence[Entry]],
    described: set[int],
) -> Span | None:
    """The description of a two-row item: the row above, when it has no price of its own."""
    index = row.index - 1
    if index < head or index in described or _price(by_row.get(index, ())):
        return None
    above = rows[index]
    code = _CODE.match(above.text)
    start = code.end() if code and _letters(above.text[code.end() :]) >= 2 else 0
    return Span(above, start, len(above.text)) if _letters(above.text[start:]) >= 3 else None


def _item(row: Row, own: Sequence[Entry], price: Amount, description: Span) -> Item:
    others = [entry.amount for entry in own if entry.amount is not price]
    quantity = _quantity(row, others, price)
    unit = next(
        (
            other
            for other in others
            if not other.is_bare
            and (not quantity or abs(Decimal(quantity[0]) * other.value - price.value) <= _CENT)
        ),
        None,
    )
    return Item(description=description, quantity=quantity, unit_price=unit, price=price)


def _quantity(row: Row, others: Sequence[Amount], price: Amount) -> tuple[str, Span] | None:
    """With a times sign, or first in the row, or the number that multiplies to the price."""
    for pattern in (_TIMES, _LEADING):
        if match := pattern.search(row.text):
            return match[1].replace(",", "."), Span(row, match.start(1), match.end(1))
    for one in others:
        for other in others:
            if (
                one is not other
                and abs(one.value * other.value - price.value) <= _CENT
                and one.is_bare
            ):
                return one.text, one.span
    bare = [
        one
        for one in others
        if one.is_bare and 0 < one.value < 1000 and not _is_in_words(one, price)
    ]
    return (bare[-1].text, bare[-1].span) if len(bare) == 1 and bare[0].span.start > 0 else None


def item_candidates(items: Sequence[Item], *, adds_up: bool) -> dict[str, tuple[Candidate, ...]]:
    """The fields of all items by pointer, each with one candidate."""
    return {
        f"/items/{number}/{name}": (_candidate(item, value, span, adds_up=adds_up),)
        for number, item in enumerate(items)
        for name, value, span in _parts(item)
    }


def _parts(item: Item) -> Iterator[tuple[str, str, Span]]:
    """(name, value, where it is printed) of what the item has."""
    yield "description", item.description.text, item.description
    if item.quantity:
        yield "quantity", *item.quantity
    if item.unit_price:
        yield "unit_price", item.unit_price.text, item.unit_price.figures
    yield "price", item.price.text, item.price.figures


def _candidate(item: Item, value: str, span: Span, *, adds_up: bool) -> Candidate:
    signals = {
        "sums": (item.multiplies + adds_up) / 2,
        "columns": float(item.quantity is not None or item.unit_price is not None),
        "scarred": float(item.price.is_scarred),
        "currency": float(item.price.mark is not None),
        "depth": span.row.depth,
    }
    return candidate(value, [span], 0.4 + 0.3 * item.multiplies + 0.2 * adds_up, signals)
