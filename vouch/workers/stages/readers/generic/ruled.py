"""Tables whose cells or rows are ruled: what stands between two rules is one row, however long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.readers.generic.corridors import corridors
from vouch.workers.stages.readers.generic.frames import Area, Frame, frames_of, runs_of
from vouch.workers.stages.readers.generic.growing import is_full
from vouch.workers.stages.readers.generic.pieces import (
    Piece,
    Strip,
    Word,
    piece_of,
    usual_height,
    without,
)
from vouch.workers.stages.readers.generic.rows import GridRow, Range, cells_of, merged_rows
from vouch.workers.stages.readers.generic.tables import Cell, Grid, is_table, names_values

_PROSE = 0.6
"""Of a table's width: a line without a gap that is longer is running text."""
_MANY = 3
"""Lines from which on cells that all have as many are rows without rules between them."""
_MOSTLY = 0.6
"""Share of the bands that are one row, from which on rules part all rows."""
_WIDE = 0.25
"""Share of a table's cells that may reach over several columns, where no rules part those."""
_LEAST_CELLS = 4


def ruled_grids(strips: Sequence[Strip], rules: Sequence[Bbox]) -> list[Grid]:
    """The tables of one page that have rules, from top to bottom."""
    grids: list[Grid] = []
    taken: set[Word] = set()
    for frame in sorted(frames_of(rules, usual_height(strips)), key=_size):
        for part in [frame] if frame.is_gridded else _parts(frame, strips):
            grid = _grid(part, _inside(strips, part.bbox))
            if grid is not None and taken.isdisjoint(grid.words):
                grids.append(grid)
                taken |= grid.words
    return sorted(grids, key=lambda grid: grid.bbox.top)


def _size(frame: Frame) -> float:
    """Of frames inside each other the inner one is the table, the outer one holds it."""
    return frame.bbox.area


def _parts(frame: Frame, strips: Sequence[Strip]) -> list[Frame]:
    """A frame that rules rows alone, without running text, and with a row at its open ends."""
    return [
        replace(part, bands=_opened(part, strips))
        for part in runs_of(frame, _tabular(frame, strips))
    ]


def _opened(frame: Frame, strips: Sequence[Strip]) -> tuple[float, ...]:
    """Its bands and what stands right above the first rule, or below the last one: a row, too."""
    box, high = frame.bbox, max(b - a for a, b in pairwise(frame.bands))
    rows = [
        strip.bbox
        for strip in strips
        if is_full(strip) and box.left <= strip.bbox.left and strip.bbox.right <= box.right
    ]
    above = [row.top for row in rows if box.top - high < row.top < row.centre[1] < box.top]
    below = [
        row.bottom for row in rows if box.bottom < row.centre[1] < row.bottom < box.bottom + high
    ]
    return (*([min(above)] if above else []), *frame.bands, *([max(below)] if below else []))


def _tabular(frame: Frame, strips: Sequence[Strip]) -> list[bool]:
    """Whether a band holds lines of cells rather than a heading, or running text."""
    wide = _PROSE * frame.bbox.width
    said = []
    for band in _bands(frame, _inside(strips, frame.bbox)):
        cut = sum(len(strip.pieces) > 1 for strip in band)
        long = sum(len(strip.pieces) == 1 and strip.bbox.width > wide for strip in band)
        said.append(cut > long)
    return said


def _bands(frame: Frame, strips: Sequence[Strip]) -> list[list[Strip]]:
    """What stands between two rules and the next."""
    return [
        _inside(strips, Bbox(left=frame.bbox.left, top=top, right=frame.bbox.right, bottom=bottom))
        for top, bottom in pairwise(frame.bands)
    ]


def _inside(strips: Sequence[Strip], box: Bbox) -> list[Strip]:
    """The parts of lines whose words' middles are inside a box."""
    return [
        part for strip in strips if (part := strip.only(lambda word: _holds(box, word))) is not None
    ]


def _holds(box: Bbox, word: Word) -> bool:
    x, y = word.bbox.centre
    return box.left <= x < box.right and box.top <= y < box.bottom


def _grid(frame: Frame, strips: Sequence[Strip]) -> Grid | None:
    """The table inside a frame; None where there is none."""
    edges = frame.columns[1:-1] if frame.is_gridded else corridors(strips)
    areas = frame.areas() if frame.is_gridded else []
    if not edges or areas is None:
        return None
    cells = _Reading(frame, edges, tuple(areas), strips).cells()
    if len(cells) < _LEAST_CELLS:
        return None
    own = tuple(replace(strip, id=f"{strip.id}t") for strip in strips)
    grid = Grid(strips[0].pieces[0].page, cells, own, tuple(edges))
    if frame.is_gridded:
        fits = not names_values(grid) and grid.height > 1
    else:
        wide = sum(cell.columns > 1 for cell in cells)
        fits = is_table(grid) and wide <= _WIDE * len(cells)
    return grid if fits else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A frame that is being filled with words."""

    frame: Frame
    edges: Sequence[float]
    areas: tuple[Area, ...]
    """Cells of a grid; of a frame that rules its rows alone, none."""
    strips: Sequence[Strip]

    def cells(self) -> tuple[Cell, ...]:
        """All cells with words, row by row."""
        deep = {area: self._lines(area) for area in self.areas if area[0] != area[1]}
        taken = frozenset(word for lines in deep.values() for line in lines for word in line.words)
        bands = _bands(self.frame, without(self.strips, taken))
        cut = [[self._cut(number, strip) for strip in band] for number, band in enumerate(bands)]
        whole = [not own or self._is_one_row(own) for own in cut]
        if len(whole) >= _MANY and sum(whole) >= _MOSTLY * len(whole):
            whole = [True] * len(whole)
        rows = [
            _together(band, own) if one else self._parted(band, own)
            for band, own, one in zip(bands, cut, whole, strict=True)
        ]
        firsts = [sum(max(len(above), 1) for above in rows[:at]) for at in range(len(rows) + 1)]
        cells = [
            Cell(first + at, low, row.depth.get((low, high), 1), high - low + 1, tuple(lines))
            for first, own in zip(firsts, rows, strict=False)
            for at, row in enumerate(own)
            for (low, high), lines in row.cells.items()
        ]
        for (top, bottom, low, high), lines in deep.items():
            if lines:
                rows_of = firsts[bottom + 1] - firsts[top]
                cells.append(Cell(firsts[top], low, rows_of, high - low + 1, tuple(lines)))
        return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))

    def _lines(self, area: Area) -> list[Piece]:
        """What stands in a cell, line by line."""
        top, bottom, low, high = area
        box = Bbox(
            left=self.frame.columns[low],
            top=self.frame.bands[top],
            right=self.frame.columns[high + 1],
            bottom=self.frame.bands[bottom + 1],
        )
        return [piece_of(strip.words) for strip in _inside(self.strips, box)]

    def _parted(
        self, band: Sequence[Strip], cut: Sequence[Mapping[Range, list[Piece]]]
    ) -> list[GridRow]:
        """The rows of a band that rules stand above and below alone."""
        if self.areas:
            band = [
                replace(strip, pieces=tuple(piece for lines in cells.values() for piece in lines))
                for strip, cells in zip(band, cut, strict=True)
            ]
        return merged_rows(band, self.edges)

    def _cut(self, number: int, strip: Strip) -> Mapping[Range, list[Piece]]:
        """The pieces of a line by the columns of their cells."""
        if not self.areas:
            return cells_of(strip, self.edges)
        cells: dict[Range, list[Word]] = {}
        for word in strip.words:
            column = sum(edge <= word.bbox.centre[0] for edge in self.edges)
            home = next(
                (low, high)
                for top, bottom, low, high in self.areas
                if top <= number <= bottom and low <= column <= high
            )
            cells.setdefault(home, []).append(word)
        return {place: [piece_of(words)] for place, words in sorted(cells.items())}

    def _is_one_row(self, band: Sequence[Mapping[Range, list[Piece]]]) -> bool:
        """Whether some cell has but one line, or so few that a rule would part them."""
        counts: dict[Range, int] = {}
        for cells in band:
            for place in cells:
                counts[place] = counts.get(place, 0) + 1
        alone = len(self.frame.bands) - 1 <= 2
        return min(counts.values()) < (2 if alone or not self.areas else _MANY)


def _together(strips: Sequence[Strip], cut: Sequence[Mapping[Range, list[Piece]]]) -> list[GridRow]:
    """All lines of a band as one row; none where there are none."""
    cells: dict[Range, list[Piece]] = {}
    for one in cut:
        for place, lines in one.items():
            cells.setdefault(place, []).extend(lines)
    if not cells:
        return []
    top, bottom = strips[0].bbox.top, max(strip.bbox.bottom for strip in strips)
    return [GridRow(top, bottom, dict(sorted(cells.items())))]
