"""Lines of a table as its rows: which cell each piece is in, and which lines are one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from vouch.workers.stages.readers.generic.pieces import Piece, Strip, Word, piece_of

_SLACK = 0.15
"""How far, in text heights, a cell may reach over the edge of its column."""
_TIGHTER = 0.85
"""Lines of one cell stand this much closer than rows, where rows differ from lines at all."""
_NESTED = 0.2
"""Share of its height by which a cell that spans two rows overlaps the line above and below."""

_HALF = 0.75
"""The same where it is known how far rows are apart: steps of half a row, in rows."""

Range = tuple[int, int]
"""First and last column of a cell."""
Cells = Mapping[Range, list[Piece]]
"""The pieces of one line by their cells."""


@dataclass(slots=True)
class GridRow:
    """One row: the lines of each cell, by the columns that it takes."""

    top: float
    bottom: float
    cells: dict[Range, list[Piece]]
    depth: dict[Range, int] = field(default_factory=dict)
    """Rows that a cell spans, where it is more than one."""

    def add(self, strip: Strip, cells: Cells) -> None:
        """One more line of the row."""
        for place, lines in cells.items():
            self.cells[place] = [*self.cells.get(place, []), *lines]
        self.bottom = strip.bbox.bottom


def merged_rows(strips: Sequence[Strip], edges: Sequence[float]) -> list[GridRow]:
    """The rows of a table whose columns are divided at `edges`, in pixels."""
    cut = [cells_of(strip, edges) for strip in strips]
    rows: list[GridRow] = []
    pitch = pitch_of(strips)
    begins = _beginnings(strips, cut, pitch)
    for index, (strip, cells) in enumerate(zip(strips, cut, strict=True)):
        if rows and _spans(strips, cut, index, pitch):
            for place, lines in cells.items():
                rows[-1].cells[place] = lines
                rows[-1].depth[place] = 2
        elif rows and not begins[index]:
            rows[-1].add(strip, cells)
        else:
            rows.append(GridRow(strip.bbox.top, strip.bbox.bottom, dict(cells)))
    return rows


def _beginnings(strips: Sequence[Strip], cut: Sequence[Cells], pitch: float | None) -> list[bool]:
    """Which lines begin a row: the others go on in cells of the row before.

    Lines that have something in most columns are rows of their own. Words between two of them go
    with the nearer one, where one is nearer; those of the one below begin its row.
    """
    most = max(map(len, cut))
    whole = [
        len(cells) == most or not all(line.has_letter for own in cells.values() for line in own)
        for cells in cut
    ]
    begins = list(whole)
    for run in _loose_runs(whole):
        _part(run, strips, cut, begins, pitch)
    return begins


def _loose_runs(whole: Sequence[bool]) -> list[range]:
    """Lines between two whole ones, or before the first, or behind the last."""
    places = [-1, *(at for at, is_whole in enumerate(whole) if is_whole), len(whole)]
    return [range(a + 1, b) for a, b in pairwise(places) if b - a > 1]


def _part(
    run: range,
    strips: Sequence[Strip],
    cut: Sequence[Cells],
    begins: list[bool],
    pitch: float | None,
) -> None:
    """Say of each line of a run whether it begins a row, and of the whole line behind it."""
    steps = [
        strips[at].bbox.centre[1] - strips[at - 1].bbox.centre[1] if 0 < at < len(strips) else inf
        for at in range(run.start, run.stop + 1)
    ]
    widest = max(range(len(steps)), key=steps.__getitem__)
    others = [step for at, step in enumerate(steps) if at != widest]
    tight = max(others) < _TIGHTER * min(steps[widest], inf if pitch is None else pitch)
    for place, at in enumerate(run):
        if tight:
            begins[at] = place == widest
        else:
            begins[at] = not _hangs(strips[at], strips[at - 1], cut[at], cut, at)
    if tight and widest < len(run) and run.stop < len(begins):
        begins[run.stop] = False  # the row has begun with the lines above


def _hangs(strip: Strip, above: Strip, cells: Cells, cut: Sequence[Cells], at: int) -> bool:
    """Whether a line that is no nearer to the one above goes on there: it has no first cell."""
    if at == 0:
        return False
    known = set(cut[at - 1])
    first = min(low for low, _ in known)
    close = strip.bbox.top - above.bbox.bottom < strip.height
    return close and (first, first) not in cells and set(cells) < known


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


def pitch_of(strips: Sequence[Strip]) -> float | None:
    """How far rows of one line are apart, in pixels; None where no two follow each other."""
    most = max(len(strip.pieces) for strip in strips)
    steps = [
        below.bbox.centre[1] - above.bbox.centre[1]
        for above, below in pairwise(strips)
        if min(len(above.pieces), len(below.pieces)) == most
    ]
    return min(steps, default=None)


def stands_between(above: Strip, strip: Strip, below: Strip, pitch: float | None) -> bool:
    """Whether a line stands half beside the one above and half beside the one below."""
    up, middle, down = (line.bbox.centre[1] for line in (above, strip, below))
    if pitch is not None:
        return max(middle - up, down - middle) < _HALF * pitch
    least = _NESTED * strip.height
    return above.bbox.bottom - strip.bbox.top > least and strip.bbox.bottom - below.bbox.top > least


def _spans(strips: Sequence[Strip], cut: Sequence[Cells], index: int, pitch: float | None) -> bool:
    """Whether a line's cells reach over the row above and the one below.

    Where those two are one cell, they are its lines, and this one is the rest of its row.
    """
    if not 0 < index < len(strips) - 1:
        return False
    around = (cut[index - 1], cut[index + 1])
    return (
        stands_between(strips[index - 1], strips[index], strips[index + 1], pitch)
        and set(around[0]) != set(around[1])
        and {column for cells in around for column in _columns(cells)}.isdisjoint(
            _columns(cut[index])
        )
    )


def _columns(cells: Cells) -> set[int]:
    return {column for low, high in cells for column in range(low, high + 1)}
