"""The lines of what is sold: a heading names the columns, an amount closes a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.invoice.columns import Columns, headings
from vouch.workers.stages.readers.invoice.sheet import Band, Cell, Sheet
from vouch.workers.stages.readers.invoice.words import money
from vouch.workers.stages.rules.amounts import Amount, Habit, Number, read_amount, spot_numbers
from vouch.workers.stages.rules.drafting import candidate
from vouch.workers.stages.rules.rows import Span

_SUMS = frozenset(
    {"net_total", "tax_total", "total", "amount_due", "prepaid", "carried", "items_sum"}
)
_VALUES = frozenset({"quantity", "unit_price", "price", "tax_rate"})
_CELLS = 4
"""Cells of a line with one sum, at most."""
_WHITE = 2.0
"""White above a further line of a description, in heights of a line, at most."""
_SMALLER = 0.88
"""Print whose lines and letters are both smaller than this share is another text's."""
_MOST_LINES = 4
"""Lines of one description."""
_SCORE = 0.8


@dataclass(slots=True)
class Line:
    """One item as it is put together."""

    spans: dict[str, Span] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    description: list[Span] = field(default_factory=list)


def choose_items(sheet: Sheet, habit: Habit) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for all pointers under /items."""
    lines = [line for columns in headings(sheet) for line in _lines(sheet, columns, habit)]
    return {
        f"/items/{number}/{name}": (made,)
        for number, line in enumerate(lines)
        for name, made in _candidates(line)
    }


def _lines(sheet: Sheet, columns: Columns, habit: Habit) -> Iterator[Line]:
    """The lines below a heading, up to the sums."""
    line: Line | None = None
    since, last = 0, columns.band
    for band in _body(sheet, columns):
        found = _read(band, columns, habit)
        is_new = "price" in found.values and ("quantity" in found.values or found.description)
        if is_new and not (line and "price" not in line.values and not found.description):
            if line and "price" in line.values:
                yield line
            line, since = found, 0
        elif line is not None:
            since += 1
            if band.box.top - last.box.bottom < _WHITE * sheet.body:
                _add(line, found, since)
        elif found.values:
            line, since = found, 0
        last = band
    if line and "price" in line.values:
        yield line


def _body(sheet: Sheet, columns: Columns) -> Iterator[Band]:
    """The bands of a table, to the end of its page or its first sum."""
    for band in sheet.bands[columns.band.index + 1 :]:
        if band.page != columns.band.page:
            return
        worded = [cell for cell in band.cells if sum(map(str.isalpha, cell.text)) >= 2]
        sums = [cell for cell in worded if _names_sum(cell)]
        is_item = any(_is_quantity(cell, columns) for cell in band.cells)
        if any(_carries(cell) for cell in worded):
            continue
        first = bool(sums) and sums[0] is worded[0]
        if not is_item and (len(sums) > 1 or (first and len(band.cells) <= _CELLS)):
            return
        yield band


def _names_sum(cell: Cell) -> bool:
    named = money(cell.text)
    return bool(named) and named[0].kind in _SUMS and named[0].start <= 2


def _carries(cell: Cell) -> bool:
    """Whether a line carries the sum of a page to the next, where the table goes on."""
    named = money(cell.text)
    return bool(named) and named[0].kind == "carried" and named[0].start <= 2


def _is_quantity(cell: Cell, columns: Columns) -> bool:
    return columns.holds(cell.bbox) == "quantity" and cell.text[:1] in "-0123456789"


def _read(band: Band, columns: Columns, habit: Habit) -> Line:
    line = Line()
    for name, span in (part for cell in band.cells for part in columns.parted(cell)):
        if name == "description" and sum(map(str.isalpha, span.text)) >= 2:
            line.description.append(span)
        elif name in _VALUES and (read := _figure(name, span, habit)):
            line.spans.setdefault(name, read[0])
            line.values.setdefault(name, read[1])
    return line


def _figure(name: str, span: Span, habit: Habit) -> tuple[Span, str] | None:
    """The first figure of a cell and its value: money, or any number of quantities and rates."""
    for number in spot_numbers(span.row):
        if number.end <= span.start or span.end <= number.start:
            continue
        if amount := read_amount(_bare(number), habit):
            if name == "price" and not _is_money(amount, habit):
                return None
            return amount.figures, amount.text
    return None


def _bare(number: Number) -> Number:
    """Without the unit that makes it a quantity."""
    return replace(number, is_quantity=False)


def _is_money(amount: Amount, habit: Habit) -> bool:
    return amount.is_firm or habit.places == 0


def _add(line: Line, found: Line, since: int) -> None:
    """What a following band adds to a line: more words, and figures that it still lacks."""
    if since <= _MOST_LINES and len(line.description) < _MOST_LINES and not found.values:
        line.description.extend(one for one in found.description if _goes_on(line, one))
    for name, value in found.values.items():
        if since <= 1 and name not in line.values:
            line.values[name] = value
            line.spans[name] = found.spans[name]


def _goes_on(line: Line, span: Span) -> bool:
    """Whether print is set as the description above it is: a foot below the table is not."""
    if not line.description:
        return True
    first, box = line.description[0].box, span.box
    widths = [one.box.width / max(len(one.text), 1) for one in (line.description[0], span)]
    is_low = box.height < _SMALLER * first.height and widths[1] < _SMALLER * widths[0]
    return abs(first.left - box.left) < 1.5 * first.height and not is_low


def _candidates(line: Line) -> Iterable[tuple[str, Candidate]]:
    signals = {"columns": 1.0}
    if line.description:
        text = " ".join(span.raw for span in line.description)
        yield "description", candidate(text, line.description, _SCORE, signals)
    for name, value in line.values.items():
        yield name, candidate(value, [line.spans[name]], _SCORE, signals)
