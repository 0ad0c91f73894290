"""Tables as they are drawn: cells that span and that hold several lines, with rules or without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from PIL import ImageFont

from tests.workers.stages.readers.generic.drawn import Drawn, blank

Rows = Literal["all", "header", "book", "none"]
"""Below which rows a rule is drawn: each, the heading, only the heading and the ends, none."""
_LEADING = 1.25
"""Distance of two lines of a cell, in sizes."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is drawn: its place, how far it reaches, its lines."""

    row: int
    column: int
    lines: tuple[str, ...]
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Look:
    """How a table is set."""

    rows: Rows = "none"
    columns: bool = False
    """Whether rules stand between columns, and around the table."""
    ink: str = "black"
    thick: int = 1
    filled: bool = False
    """Whether the heading stands on a grey ground."""
    middle: bool = False
    """Whether cells stand in the middle of their row's height, or at its top."""
    size: int = 18
    pad: float = 0.4
    """White above and below a row, in sizes."""
    gap: float = 1.6
    """White between two columns, in sizes."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds, and on which side its columns are flush."""

    cells: tuple[Cell, ...]
    right: frozenset[int] = frozenset()

    @property
    def height(self) -> int:
        return max(cell.row + cell.rows for cell in self.cells)

    @property
    def width(self) -> int:
        return max(cell.column + cell.columns for cell in self.cells)


@dataclass(slots=True)
class Page:
    """A page and the tables on it, from top to bottom and left to right."""

    drawn: Drawn = field(default_factory=blank)
    tables: list[tuple[Cell, ...]] = field(default_factory=list)


def draw(page: Page, known: Content, look: Look, left: float, top: float) -> float:
    """Draw a table; where it ends, in pixels."""
    xs, ys = _columns(page.drawn, known, look, left), _rows(known, look, top)
    if look.filled:
        head = max(cell.rows for cell in known.cells if cell.row == 0)
        page.drawn.pen.rectangle((xs[0], ys[0], xs[-1], ys[head]), "#e4e4e4")
    for cell in known.cells:
        _write(page.drawn, cell, known, look, xs, ys)
    for line in _rules(known, look, xs, ys):
        page.drawn.pen.line(line, look.ink, look.thick)
    page.tables.append(known.cells)
    return ys[-1]


def _columns(drawn: Drawn, known: Content, look: Look, left: float) -> list[float]:
    """Where columns begin, and the last one ends: as wide as their longest line."""
    font = ImageFont.load_default(look.size)
    widths = [2.0 * look.size] * known.width
    for cell in sorted(known.cells, key=lambda cell: cell.columns):
        longest = max(drawn.pen.textlength(line, font) for line in cell.lines)
        own = range(cell.column, cell.column + cell.columns)
        lack = longest + look.gap * look.size - sum(widths[at] for at in own)
        widths[own[-1]] += max(lack, 0)
    return [left, *(left + end for end in accumulate(widths))]


def _rows(known: Content, look: Look, top: float) -> list[float]:
    """Where rows begin, and the last one ends."""
    heights = [(1 + 2 * look.pad) * look.size] * known.height
    for cell in known.cells:
        if cell.rows == 1:
            lines = 1 + _LEADING * (len(cell.lines) - 1)
            heights[cell.row] = max(heights[cell.row], (lines + 2 * look.pad) * look.size)
    return [top, *(top + end for end in accumulate(heights))]


def _write(
    drawn: Drawn,
    cell: Cell,
    known: Content,
    look: Look,
    xs: Sequence[float],
    ys: Sequence[float],
) -> None:
    left, right = xs[cell.column], xs[cell.column + cell.columns]
    top, bottom = ys[cell.row], ys[cell.row + cell.rows]
    high = (1 + _LEADING * (len(cell.lines) - 1)) * look.size
    centred = look.middle or cell.rows > 1
    y = (top + bottom - high) / 2 if centred else top + look.pad * look.size
    margin = look.gap * look.size / 2
    for line in cell.lines:
        if cell.columns > 1:
            wide = drawn.pen.textlength(line, ImageFont.load_default(look.size))
            drawn.write(line, (left + right - wide) / 2, y, look.size)
        elif cell.column in known.right:
            drawn.write(line, right - margin, y, look.size, right=True)
        else:
            drawn.write(line, left + margin, y, look.size)
        y += _LEADING * look.size


def _rules(
    known: Content, look: Look, xs: Sequence[float], ys: Sequence[float]
) -> Iterator[list[tuple[float, float]]]:
    head = max(cell.rows for cell in known.cells if cell.row == 0)
    inner = {"all": set(range(1, known.height)), "header": {head}, "book": {head}, "none": set()}
    across = inner[look.rows]
    owner = {
        (row, column): cell
        for cell in known.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }
    for row in range(known.height):
        for column in range(known.width):
            own = owner.get((row, column))
            if row + 1 in across and (own is None or own is not owner.get((row + 1, column))):
                yield [(xs[column], ys[row + 1]), (xs[column + 1], ys[row + 1])]
            beyond = owner.get((row, column + 1))
            if look.columns and column + 1 < known.width and (own is None or own is not beyond):
                yield [(xs[column + 1], ys[row]), (xs[column + 1], ys[row + 1])]
    if look.columns or look.rows in ("book", "all"):
        yield from ([(xs[0], y), (xs[-1], y)] for y in (ys[0], ys[-1]))
    if look.columns:
        yield from ([(x, ys[0]), (x, ys[-1])] for x in (xs[0], xs[-1]))
