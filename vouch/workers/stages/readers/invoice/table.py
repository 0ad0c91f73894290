"""The lines of what is sold: a heading names the columns, an amount closes a line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from vouch.schemas.draft import Candidate
from vouch.workers.stages.readers.invoice.sheet import Band, Cell, Sheet, overlap
from vouch.workers.stages.readers.invoice.words import money, phrases
from vouch.workers.stages.rules.amounts import Amount, Habit, Number, read_amount, spot_numbers
from vouch.workers.stages.rules.drafting import candidate
from vouch.workers.stages.rules.rows import Span, tidy

_SUMS = frozenset({"net_total", "tax_total", "total", "amount_due", "prepaid", "carried"})
_MOST_LINES = 4
"""Lines of one description."""
_SCORE = 0.8


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a table stand, by what they hold."""

    band: Band
    cells: Mapping[str, Cell]

    def holds(self, cell: Cell) -> str | None:
        """The column in which a cell stands; None between columns."""
        shared = {name: overlap(cell.bbox, head.bbox) for name, head in self.cells.items()}
        name = max(shared, key=lambda name: shared[name])
        slack = 1.5 * cell.bbox.height
        return name if shared[name] > -slack else None


@dataclass(slots=True)
class Line:
    """One item as it is put together."""

    spans: dict[str, Span] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    description: list[Span] = field(default_factory=list)


def choose_items(sheet: Sheet, habit: Habit) -> dict[str, tuple[Candidate, ...]]:
    """Candidates for all pointers under /items."""
    lines = [line for columns in _headings(sheet) for line in _lines(sheet, columns, habit)]
    return {
        f"/items/{number}/{name}": (made,)
        for number, line in enumerate(lines)
        for name, made in _candidates(line)
    }


def _headings(sheet: Sheet) -> Iterator[Columns]:
    for band in sheet.bands:
        cells: dict[str, Cell] = {}
        for cell in band.cells:
            if len(cell.words) <= 4 and (name := _column(cell, cells)):
                cells[name] = cell
        prices = {"price", "unit_price"} & cells.keys()
        lists = "description" in cells or cells.keys() >= {"quantity", "unit_price"}
        if prices and lists and len(cells) >= 3:
            yield Columns(band, _with_price(cells))


def _with_price(cells: dict[str, Cell]) -> dict[str, Cell]:
    """A table with one column of money has it for the line's total."""
    if "price" not in cells:
        return {("price" if name == "unit_price" else name): cell for name, cell in cells.items()}
    return cells


def _column(cell: Cell, taken: Mapping[str, Cell]) -> str | None:
    """What a heading's cell names; "Amount" is a quantity left of others, a price at the end."""
    for found in phrases("columns").find(cell.text):
        if found.kind not in taken:
            return found.kind
        if found.kind in {"unit_price", "quantity"} and "price" not in taken:
            return "price"
    return None


def _lines(sheet: Sheet, columns: Columns, habit: Habit) -> Iterator[Line]:
    """The lines below a heading, up to the sums."""
    line: Line | None = None
    since = 0
    for band in _body(sheet, columns):
        found = _read(band, columns, habit)
        is_new = "price" in found.values and ("quantity" in found.values or found.description)
        if is_new and not (line and "price" not in line.values and not found.description):
            if line and "price" in line.values:
                yield line
            line, since = found, 0
        elif line is not None:
            since += 1
            _add(line, found, since)
        elif found.values:
            line, since = found, 0
    if line and "price" in line.values:
        yield line


def _body(sheet: Sheet, columns: Columns) -> Iterator[Band]:
    """The bands of a table, to the end of its page or its first sum."""
    for band in sheet.bands[columns.band.index + 1 :]:
        if band.page != columns.band.page:
            return
        first = next((cell for cell in band.cells if sum(map(str.isalpha, cell.text)) >= 2), None)
        named = money(first.text) if first else ()
        sums = bool(named) and named[0].kind in _SUMS and named[0].start <= 2
        is_item = any(_is_quantity(cell, columns) for cell in band.cells)
        if sums and not is_item and len(band.cells) <= 4:
            return
        yield band


def _is_quantity(cell: Cell, columns: Columns) -> bool:
    return columns.holds(cell) == "quantity" and cell.text[:1] in "-0123456789"


def _read(band: Band, columns: Columns, habit: Habit) -> Line:
    line = Line()
    for cell in band.cells:
        name = columns.holds(cell)
        if name == "description" and sum(map(str.isalpha, cell.text)) >= 2:
            line.description.append(tidy(Span(cell, 0, len(cell.text))))
        elif name is not None and (read := _figure(name, cell, habit)):
            line.spans.setdefault(name, read[0])
            line.values.setdefault(name, read[1])
    return line


def _figure(name: str, cell: Cell, habit: Habit) -> tuple[Span, str] | None:
    """A cell's figure and its value: money, or any number in columns of quantities and rates."""
    for number in spot_numbers(cell):
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
        line.description.extend(found.description)
    for name, value in found.values.items():
        if since <= 1 and name not in line.values:
            line.values[name] = value
            line.spans[name] = found.spans[name]


def _candidates(line: Line) -> Iterable[tuple[str, Candidate]]:
    signals = {"columns": 1.0}
    if line.description:
        text = " ".join(span.raw for span in line.description)
        yield "description", candidate(text, line.description, _SCORE, signals)
    for name, value in line.values.items():
        yield name, candidate(value, [line.spans[name]], _SCORE, signals)
