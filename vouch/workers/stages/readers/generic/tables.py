"""Tables, ruled or not: rows whose white stretches run on from one line to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.readers.generic.growing import Growing, grown, is_full, white_between
from vouch.workers.stages.readers.generic.pieces import Piece, Strip, Word
from vouch.workers.stages.readers.generic.rows import (
    cells_of,
    merged_rows,
    pitch_of,
    stands_between,
)

_NEAR = 1.7
"""White between a heading of several columns and theirs, in text heights."""
_FIGURES = 0.9
"""Share of numbers that makes a column of two a table's rather than one of values."""
_LEAST_FILLED = 0.4
_LEAST_ALIKE = 0.75
"""Share of a column's cells below the header that are numbers, or that are none."""


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


def find_grids(strips: Sequence[Strip]) -> list[Grid]:
    """The tables of one page, from top to bottom."""
    grids: list[Grid] = []
    index = 0
    while index < len(strips):
        rows = grown(strips, index)
        grid = _grid(rows) if rows else None
        if grid is not None:
            grids.append(_with_heading(grid, strips, index))
        index += _read(rows, grid)
    return grids


def _read(rows: Growing | None, grid: Grid | None) -> int:
    """How many lines are done with: two columns that are no table hold none further down."""
    if rows is None or (grid is None and len(rows.corridors) > 1):
        return 1
    return len(rows.strips)


def _with_heading(grid: Grid, strips: Sequence[Strip], start: int) -> Grid:
    """The table with the heading of several columns that may stand alone above the others."""
    if start == 0:
        return grid
    above, first = strips[start - 1], strips[start]
    if (
        is_full(above)
        or above.column != first.column
        or white_between(above, first) > _NEAR * first.height
    ):
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


def _grid(growing: Growing) -> Grid | None:
    """The table that the lines make up; None where they make none."""
    rows = [strip for strip in growing.strips if is_full(strip)]
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
