"""Tables, ruled or not: rows whose white stretches run on from one line to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.readers.generic.pieces import Piece, Strip, Word
from vouch.workers.stages.readers.generic.rows import (
    cells_of,
    merged_rows,
    pitch_of,
    stands_between,
)

_MOST_WHITE = 3.2
"""White between two rows of one table, in text heights."""
_NEAR = 1.7
"""White between a heading of several columns and theirs, in text heights."""
_TIGHT = 0.7
"""White between two lines of one cell, as a share of that between rows."""
_TIGHTER = 0.85
"""The same from middle to middle."""
_AHEAD = 4
"""Lines within which a row is around the words of its first cell."""
_LEAST_CORRIDOR = 0.25
"""Least width of the white between two columns, in text heights."""
_FIGURES = 0.9
"""Share of numbers that makes a column of two a table's rather than one of values."""
_LEAST_FILLED = 0.4
_LEAST_ALIKE = 0.75
"""Share of a column's cells below the header that are numbers, or that are none."""

Corridor = tuple[float, float]
"""The white between two columns: left and right end in pixels."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it stands in the grid, how far it reaches, and its words line by line."""

    row: int
    column: int
    rows: int
    columns: int
    lines: tuple[Piece, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for line in self.lines for word in line.words)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of one page."""

    page: int
    cells: tuple[Cell, ...]
    strips: tuple[Strip, ...]
    edges: tuple[float, ...]
    """Where one column ends and the next begins, in pixels."""

    @property
    def columns(self) -> int:
        return len(self.edges) + 1

    @property
    def bbox(self) -> Bbox:
        return Bbox.union(strip.bbox for strip in self.strips)

    @property
    def height(self) -> int:
        return 1 + max(cell.row for cell in self.cells)

    @property
    def words(self) -> frozenset[Word]:
        return frozenset(word for strip in self.strips for word in strip.words)


@dataclass(slots=True)
class _Growing:
    """Lines taken so far, and the corridors that they leave white."""

    strips: list[Strip]
    corridors: list[Corridor]
    crossed: list[Strip] = field(default_factory=list)
    """Lines with cells that reach over a corridor."""


def find_grids(strips: Sequence[Strip]) -> list[Grid]:
    """The tables of one page, from top to bottom."""
    grids: list[Grid] = []
    index = 0
    while index < len(strips):
        grown = _grown(strips, index)
        grid = _grid(grown) if grown else None
        if grid is not None:
            grids.append(_with_heading(grid, strips, index))
        index += _read(grown, grid)
    return grids


def _read(grown: _Growing | None, grid: Grid | None) -> int:
    """How many lines are done with: two columns that are no table hold none further down."""
    if grown is None or (grid is None and len(grown.corridors) > 1):
        return 1
    return len(grown.strips)


def _with_heading(grid: Grid, strips: Sequence[Strip], start: int) -> Grid:
    """The table with the heading of several columns that may stand alone above the others."""
    if start == 0:
        return grid
    above, first = strips[start - 1], strips[start]
    if _full(above) or above.column != first.column or _white(above, first) > _NEAR * first.height:
        return grid
    (low, high), *_ = cells_of(above, grid.edges)
    if low in {0, high}:
        return grid
    heading = Cell(0, low, 1, high - low + 1, above.pieces)
    beside = [cell for cell in grid.cells if cell.row == 0]
    clear = all(cell.column > high or cell.column + cell.columns <= low for cell in beside)
    if clear and stands_between(above, first, strips[start + 1], pitch_of(grid.strips)):
        deep = (replace(cell, rows=2) if cell.row == 0 else cell for cell in grid.cells)
        return replace(grid, cells=(heading, *deep), strips=(above, *grid.strips))
    lowered = (replace(cell, row=cell.row + 1) for cell in grid.cells)
    return replace(grid, cells=(heading, *lowered), strips=(above, *grid.strips))


def _grown(strips: Sequence[Strip], start: int) -> _Growing | None:
    first = strips[start]
    if len(first.pieces) < 2:
        return None
    growing = _Growing([first], _gaps(first))
    for index in range(start + 1, len(strips)):
        before, strip = growing.strips[-1], strips[index]
        white = _white(before, strip)
        limit = _MOST_WHITE * max(strip.height, before.height)
        if strip.column != first.column or not -before.height < white < limit:
            break
        if not _take(growing, strip, strips[index + 1 : index + _AHEAD]):
            break
    _trim(growing)
    return growing


def _gaps(strip: Strip) -> list[Corridor]:
    return [(a.bbox.right, b.bbox.left) for a, b in pairwise(strip.pieces)]


def _whites(strip: Strip) -> list[Corridor]:
    """Every stretch that the line leaves white, its margins too."""
    boxes = [word.bbox for word in strip.words]
    blanks = [(a.right, b.left) for a, b in pairwise(boxes)]
    wide = [(left, right) for left, right in blanks if right - left >= strip.blank]
    return [(-inf, strip.bbox.left), *wide, (strip.bbox.right, inf)]


def _narrowed(corridor: Corridor, strip: Strip) -> Corridor | None:
    """What a line leaves of a corridor; None where it crosses it."""
    least = _LEAST_CORRIDOR * strip.height
    for left, right in _whites(strip):
        low, high = max(left, corridor[0]), min(right, corridor[1])
        if high - low >= least:
            return low, high
    return None


def _take(growing: _Growing, strip: Strip, ahead: Sequence[Strip]) -> bool:
    """Add a line, if it can be a row of the table or a part of one."""
    kept = [_narrowed(corridor, strip) for corridor in growing.corridors]
    crossings = kept.count(None)
    new = _new_corridors(growing, strip)
    if crossings and not _may_span(growing, strip, crossings):
        return False
    if _is_aside(growing, growing.strips[-1]) and (
        (_is_aside(growing, strip) and not _goes_on(growing, strip, ahead))
        or (_full(strip) and (new or 2 * len(strip.pieces) <= len(growing.corridors)))
    ):
        return False
    growing.corridors = [
        narrowed or corridor for narrowed, corridor in zip(kept, growing.corridors, strict=True)
    ]
    if crossings:
        growing.crossed.append(strip)
    growing.corridors += new
    growing.corridors.sort()
    growing.strips.append(strip)
    return True


def _is_aside(growing: _Growing, strip: Strip) -> bool:
    """Whether a line only has something in the first column: a heading among rows, or the end."""
    return not _full(strip) and strip.bbox.left < growing.corridors[0][0]


def _goes_on(growing: _Growing, strip: Strip, ahead: Sequence[Strip]) -> bool:
    """Whether a line of words is one more of a cell: nearer than rows, or a row is around it."""
    steps = [_step(a, b) for a, b in pairwise(growing.strips) if _full(a) and _full(b)]
    if steps and _step(growing.strips[-1], strip) < _TIGHTER * min(steps):
        return True
    for before, after in pairwise([growing.strips[-1], strip, *ahead]):
        if after.column != strip.column or _white(before, after) > _MOST_WHITE * strip.height:
            return False
        if _full(after):
            kept = all(_narrowed(corridor, after) for corridor in growing.corridors)
            return kept and 2 * len(after.pieces) > len(growing.corridors)
        if not _is_aside(growing, after):
            return False
    return False


def _step(above: Strip, below: Strip) -> float:
    return below.bbox.centre[1] - above.bbox.centre[1]


def _may_span(growing: _Growing, strip: Strip, crossings: int) -> bool:
    """Whether a line's cells may reach over columns: a heading among rows, a sum below them."""
    if growing.crossed and growing.strips[-1] is growing.crossed[-1] and len(strip.pieces) == 1:
        return False
    if len(strip.pieces) == 1:
        return len(growing.strips) >= 3 and crossings < len(growing.corridors) + 1
    return crossings <= max(len(growing.corridors) // 2, len(growing.corridors) - 1)


def _new_corridors(growing: _Growing, strip: Strip) -> list[Corridor]:
    """Gaps of a line that no corridor uses yet and that the lines before leave white."""
    found = []
    for gap in _gaps(strip):
        if any(low < gap[1] and gap[0] < high for low, high in growing.corridors):
            continue
        narrowed, crossing = gap, 0
        for before in growing.strips:
            left = _narrowed(narrowed, before)
            crossing += left is None
            narrowed = left or narrowed
        if crossing <= max(len(growing.strips) // 3, 1):
            found.append(narrowed)
    return found


def _trim(growing: _Growing) -> None:
    """Lines of one piece at the end are the text below the table, unless a cell goes on there."""
    strips = growing.strips
    between = min((_white(a, b) for a, b in pairwise(strips) if _full(a) and _full(b)), default=0.0)
    while len(strips) > 1 and not _full(strips[-1]):
        last, before = strips[-1], strips[-2]
        close = _white(before, last) < _TIGHT * between
        if close and last not in growing.crossed:
            return
        strips.pop()


def _full(strip: Strip) -> bool:
    return len(strip.pieces) > 1


def _white(above: Strip, below: Strip) -> float:
    return below.bbox.top - above.bbox.bottom


def _grid(growing: _Growing) -> Grid | None:
    """The table that the lines make up; None where they make none."""
    rows = [strip for strip in growing.strips if _full(strip)]
    edges = [(low + high) / 2 for low, high in growing.corridors]
    if len(rows) < 2 or not edges:
        return None
    cells = tuple(
        Cell(number, low, row.depth.get((low, high), 1), high - low + 1, tuple(lines))
        for number, row in enumerate(merged_rows(growing.strips, edges))
        for (low, high), lines in sorted(row.cells.items())
    )
    page = growing.strips[0].pieces[0].page
    grid = Grid(page, cells, tuple(growing.strips), tuple(edges))
    return grid if is_table(grid) else None


def is_table(grid: Grid) -> bool:
    """Whether cells that stand in rows and columns are a table rather than pairs, or text."""
    hinted = sum(strip.region == "table" for strip in grid.strips) > 0.5 * len(grid.strips)
    filled = sum(cell.rows * cell.columns for cell in grid.cells) / (grid.height * grid.columns)
    if grid.height < 2 or filled < _LEAST_FILLED or names_values(grid):
        return False
    if grid.columns == 2 and not _has_header(grid):
        return False
    return hinted or (grid.height >= 3 and _alike(grid) >= _LEAST_ALIKE)


def _column(grid: Grid, column: int) -> list[Cell]:
    return [cell for cell in grid.cells if cell.column == column and cell.columns == 1]


def names_values(grid: Grid) -> bool:
    """Whether a column holds labels with colons: then these are pairs side by side."""
    for column in range(grid.columns - 1):
        cells = _column(grid, column)
        named = sum(cell.lines[-1].text.endswith((":", "：")) for cell in cells)
        if cells and named >= 0.5 * len(cells):
            return True
    return False


def _has_header(grid: Grid) -> bool:
    """Whether the first row names columns of which one holds numbers."""
    first = [cell for cell in grid.cells if cell.row == 0]
    named = len(first) == grid.columns and not any(cell.lines[0].is_numeric for cell in first)
    return named and any(
        sum(cell.lines[0].is_numeric for cell in body) >= _FIGURES * len(body)
        for column in range(grid.columns)
        if (body := [cell for cell in _column(grid, column) if cell.row > 0])
    )


def _alike(grid: Grid) -> float:
    """How much of the columns' cells are of one kind, numbers or words: 0.5 to 1."""
    shares = []
    for column in range(grid.columns):
        body = [cell for cell in _column(grid, column) if cell.row > 0]
        if body:
            numeric = sum(cell.lines[0].is_numeric for cell in body)
            shares.append(max(numeric, len(body) - numeric) / len(body))
    return sum(shares) / len(shares) if shares else 0.0
