"""Lines taken one after the other while white stretches run on from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from vouch.workers.stages.readers.generic.pieces import Strip

_MOST_WHITE = 3.2
"""White between two rows of one table, in text heights."""
_TIGHT = 0.7
"""White between two lines of one cell, as a share of that between rows."""
_TIGHTER = 0.85
"""The same from middle to middle."""
_AHEAD = 4
"""Lines within which a row is around the words of its first cell."""
_LEAST_CORRIDOR = 0.25
"""Least width of the white between two columns, in text heights."""

Corridor = tuple[float, float]
"""The white between two columns: left and right end in pixels."""


@dataclass(slots=True)
class Growing:
    """Lines taken so far, and the corridors that they leave white."""

    strips: list[Strip]
    corridors: list[Corridor]
    crossed: list[Strip] = field(default_factory=list)
    """Lines with cells that reach over a corridor."""


def grown(strips: Sequence[Strip], start: int) -> Growing | None:
    """The lines from `start` on that may be rows of one table; None where the first has no gap."""
    first = strips[start]
    if len(first.pieces) < 2:
        return None
    growing = Growing([first], _gaps(first))
    for index in range(start + 1, len(strips)):
        before, strip = growing.strips[-1], strips[index]
        white = white_between(before, strip)
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


def _take(growing: Growing, strip: Strip, ahead: Sequence[Strip]) -> bool:
    """Add a line, if it can be a row of the table or a part of one."""
    kept = [_narrowed(corridor, strip) for corridor in growing.corridors]
    crossings = kept.count(None)
    new = _new_corridors(growing, strip)
    if crossings and not _may_span(growing, strip, crossings):
        return False
    if _is_aside(growing, growing.strips[-1]) and (
        (_is_aside(growing, strip) and not _goes_on(growing, strip, ahead))
        or (is_full(strip) and (new or 2 * len(strip.pieces) <= len(growing.corridors)))
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


def _is_aside(growing: Growing, strip: Strip) -> bool:
    """Whether a line only has something in the first column: a heading among rows, or the end."""
    return not is_full(strip) and strip.bbox.left < growing.corridors[0][0]


def _goes_on(growing: Growing, strip: Strip, ahead: Sequence[Strip]) -> bool:
    """Whether a line of words is one more of a cell: nearer than rows, or a row is around it."""
    steps = [_step(a, b) for a, b in pairwise(growing.strips) if is_full(a) and is_full(b)]
    if steps and _step(growing.strips[-1], strip) < _TIGHTER * min(steps):
        return True
    for before, after in pairwise([growing.strips[-1], strip, *ahead]):
        if (
            after.column != strip.column
            or white_between(before, after) > _MOST_WHITE * strip.height
        ):
            return False
        if is_full(after):
            kept = all(_narrowed(corridor, after) for corridor in growing.corridors)
            return kept and 2 * len(after.pieces) > len(growing.corridors)
        if not _is_aside(growing, after):
            return False
    return False


def _step(above: Strip, below: Strip) -> float:
    return below.bbox.centre[1] - above.bbox.centre[1]


def _may_span(growing: Growing, strip: Strip, crossings: int) -> bool:
    """Whether a line's cells may reach over columns: a heading among rows, a sum below them."""
    if growing.crossed and growing.strips[-1] is growing.crossed[-1] and len(strip.pieces) == 1:
        return False
    if len(strip.pieces) == 1:
        return len(growing.strips) >= 3 and crossings < len(growing.corridors) + 1
    return crossings <= max(len(growing.corridors) // 2, len(growing.corridors) - 1)


def _new_corridors(growing: Growing, strip: Strip) -> list[Corridor]:
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


def _trim(growing: Growing) -> None:
    """Lines of one piece at the end are the text below the table, unless a cell goes on there."""
    strips = growing.strips
    between = min(
        (white_between(a, b) for a, b in pairwise(strips) if is_full(a) and is_full(b)), default=0.0
    )
    while len(strips) > 1 and not is_full(strips[-1]):
        last, before = strips[-1], strips[-2]
        close = white_between(before, last) < _TIGHT * between
        if close and last not in growing.crossed:
            return
        strips.pop()


def is_full(strip: Strip) -> bool:
    return len(strip.pieces) > 1


def white_between(above: Strip, below: Strip) -> float:
    return below.bbox.top - above.bbox.bottom
