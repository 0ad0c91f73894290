"""Lines of a table as its rows: which cell each piece is in, and which lines are one row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from vouch.workers.stages.readers.generic.pieces import Piece, Strip, Word, piece_of

_SLACK = 0.15
"""How far, in text heights, a cell may reach over the edge of its column."""
_TIGHTER = 0.85
"""Lines of one cell stand this much closer than rows, where rows differ from lines at all."""
_NESTED = 0.2
"""Share of its height by which a cell that spans two rows overlaps the line above and below."""

Range = tuple[int, int]
"""First and last column of a cell."""


@dataclass(slots=True)
class GridRow:
    """One row: the lines of each cell, by the columns that it takes."""

    top: float
    bottom: float
    cells: dict[Range, list[Piece]]
    depth: dict[Range, int] = field(default_factory=dict)
    """Rows that a cell spans, where it is more than one."""


def merged_rows(strips: Sequence[Strip], edges: Sequence[float]) -> list[GridRow]:
    """The rows of a table whose columns are divided at `edges`, in pixels."""
    pitch = _pitch(strips)
    rows: list[GridRow] = []
    for index, strip in enumerate(strips):
        cells = cells_of(strip, edges)
        if rows and _spans(strips, index, edges):
            for place, lines in cells.items():
                rows[-1].cells[place] = lines
                rows[-1].depth[place] = 2
        elif rows and _goes_on(rows[-1], cells, strip, pitch):
            for place, lines in cells.items():
                rows[-1].cells[place] += lines
            rows[-1].bottom = strip.bbox.bottom
        else:
            rows.append(GridRow(strip.bbox.top, strip.bbox.bottom, cells))
    return rows


def cells_of(strip: Strip, edges: Sequence[float]) -> dict[Range, list[Piece]]:
    """The pieces of a line by the columns that they reach over."""
    cells: dict[Range, list[Piece]] = {}
    slack = _SLACK * strip.height
    for piece in (part for whole in strip.pieces for part in _cut(whole, edges, strip.blank)):
        low = sum(edge <= piece.bbox.left + slack for edge in edges)
        high = max(low, sum(edge < piece.bbox.right - slack for edge in edges))
        cells.setdefault((low, high), []).append(piece)
    return {
        place: [piece_of([word for part in parts for word in part.words])]
        for place, parts in _disjoint(cells).items()
    }


def _cut(piece: Piece, edges: Sequence[float], blank: float) -> list[Piece]:
    """A piece in parts where a column ends in one of its wider blanks."""
    parts: list[list[Word]] = [[piece.words[0]]]
    for before, word in pairwise(piece.words):
        left, right = before.bbox.right, word.bbox.left
        if right - left >= blank and any(left <= edge <= right for edge in edges):
            parts.append([])
        parts[-1].append(word)
    return [piece_of(part) for part in parts]


def _disjoint(cells: dict[Range, list[Piece]]) -> dict[Range, list[Piece]]:
    """Cells of one line that would share a column become one."""
    apart: dict[Range, list[Piece]] = {}
    for (low, high), pieces in sorted(cells.items()):
        before = next((place for place in apart if place[1] >= low), None)
        if before is None:
            apart[low, high] = pieces
        else:
            merged = [*apart.pop(before), *pieces]
            apart[before[0], max(before[1], high)] = merged
    return apart


def _pitch(strips: Sequence[Strip]) -> float | None:
    """How far rows are apart that fill as many cells as any: pixels; None where no two follow."""
    most = max(len(strip.pieces) for strip in strips)
    steps = [
        after.bbox.centre[1] - before.bbox.centre[1]
        for before, after in pairwise(strips)
        if min(len(before.pieces), len(after.pieces)) == most
    ]
    return min(steps, default=None)


def _goes_on(
    row: GridRow, cells: dict[Range, list[Piece]], strip: Strip, pitch: float | None
) -> bool:
    """Whether a line holds only second lines of the cells of a row."""
    wordy = all(piece.has_letter for lines in cells.values() for piece in lines)
    below = all(place in row.cells for place in cells) and len(cells) < len(row.cells)
    if not (wordy and below):
        return False
    step = strip.bbox.bottom - row.bottom
    close = pitch is not None and step < _TIGHTER * pitch
    first = min(place[0] for place in row.cells)
    return close or (strip.bbox.top - row.bottom < strip.height and (first, first) not in cells)


def _spans(strips: Sequence[Strip], index: int, edges: Sequence[float]) -> bool:
    """Whether a line stands half beside the one above and half beside the one below."""
    if not 0 < index < len(strips) - 1:
        return False
    above, strip, below = strips[index - 1 : index + 2]
    least = _NESTED * strip.height
    nested = (
        above.bbox.bottom - strip.bbox.top > least and strip.bbox.bottom - below.bbox.top > least
    )
    beside = {column for line in (above, below) for column in _columns(line, edges)}
    return nested and beside.isdisjoint(_columns(strip, edges))


def _columns(strip: Strip, edges: Sequence[float]) -> set[int]:
    return {column for low, high in cells_of(strip, edges) for column in range(low, high + 1)}
