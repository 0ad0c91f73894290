"""Tables side by side, or beside running text: their lines are cut before they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vouch.workers.stages.readers.generic.corridors import corridors
from vouch.workers.stages.readers.generic.growing import is_full, white_between
from vouch.workers.stages.readers.generic.pieces import Strip

_GUTTER = 3.0
"""Least white between two sides, in text heights …"""
_WIDER = 2.5
"""… and in widest gaps between columns on either side."""
_LEAST_LINES = 3
_MOST_WHITE = 3.2
"""White between two lines that stand in one part of a page, in text heights."""
_PROSE = 3.0
"""Words of a line of running text, on average."""
_LEVEL = 0.8
"""Share of the lines that go on at the other side, from which on both sides are one table."""


@dataclass(frozen=True, slots=True)
class _Gutter:
    """White that runs down between two sides: of lines [first, last], in pixels."""

    first: int
    last: int
    left: float
    right: float


def cut_apart(strips: Sequence[Strip]) -> list[Strip]:
    """Lines in reading order, those of two sides one side after the other."""
    free = 1 + max((strip.column for strip in strips), default=0)
    ordered: list[Strip] = []
    done = index = 0
    while index < len(strips):
        gutter = _longest(strips, index, done)
        sides = _sides(strips, gutter) if gutter else None
        index += 1
        if gutter is not None and sides is not None:
            left, right = sides
            ordered += [*strips[done : gutter.first], *left]
            ordered += cut_apart([replace(s, id=f"{s.id}r", column=free) for s in right])
            done = index = gutter.last + 1
    return [*ordered, *strips[done:]]


def _longest(strips: Sequence[Strip], start: int, done: int) -> _Gutter | None:
    """The gutter through a line that goes over the most lines; none before `done` count."""
    least = _GUTTER * strips[start].height
    gaps = (
        (a.bbox.right, b.bbox.left)
        for a, b in pairwise(strips[start].pieces)
        if b.bbox.left - a.bbox.right >= least
    )
    found = (_followed(strips, _Gutter(start, start, *gap), done) for gap in gaps)
    return max(found, key=lambda one: (one.last - one.first, one.right - one.left), default=None)


def _followed(strips: Sequence[Strip], gutter: _Gutter, done: int) -> _Gutter:
    """A gap down, then up, to lines that reach into it, or that stand far off."""
    start = gutter.first
    for index in range(start + 1, len(strips)):
        left, right = _left_by(strips[index], gutter)
        if _is_far(strips[index - 1], strips[index]) or right - left < _least(strips[index]):
            break
        gutter = replace(gutter, last=index, left=left, right=right)
    for index in range(start - 1, done - 1, -1):
        left, right = _left_by(strips[index], gutter)
        if _is_far(strips[index], strips[index + 1]) or right - left < _least(strips[index]):
            break
        gutter = replace(gutter, first=index, left=left, right=right)
    return gutter


def _left_by(strip: Strip, gutter: _Gutter) -> tuple[float, float]:
    """What a line leaves of a gutter: less than nothing where it crosses it."""
    middle = (gutter.left + gutter.right) / 2
    ends = [piece.bbox.right for piece in strip.pieces if piece.bbox.left < middle]
    starts = [piece.bbox.left for piece in strip.pieces if piece.bbox.left >= middle]
    return max([gutter.left, *ends]), min([gutter.right, *starts])


def _least(strip: Strip) -> float:
    return _GUTTER * strip.height


def _is_far(above: Strip, below: Strip) -> bool:
    far = white_between(above, below) > _MOST_WHITE * below.height
    return far or above.column != below.column


def _sides(strips: Sequence[Strip], gutter: _Gutter) -> tuple[list[Strip], list[Strip]] | None:
    """The lines at either side; None where both are parts of one table, or of pairs."""
    own = strips[gutter.first : gutter.last + 1]
    middle = (gutter.left + gutter.right) / 2
    left = [part for strip in own if (part := strip.only(lambda w: w.bbox.centre[0] < middle))]
    right = [part for strip in own if (part := strip.only(lambda w: w.bbox.centre[0] >= middle))]
    if min(len(left), len(right)) < _LEAST_LINES:
        return None
    gaps = [_widest_gap(side) for side in (left, right)]
    if max(gaps) == 0 or gutter.right - gutter.left < _WIDER * max(gaps):
        return None
    level = 2 * len({s.id for s in left} & {s.id for s in right}) / (len(left) + len(right))
    if all(gaps):
        apart = all(_begins_with_words(side) for side in (left, right))
    else:
        text = left if gaps[0] == 0 else right
        apart = _is_prose(text) and level < _LEVEL
    return (left, right) if apart else None


def _widest_gap(side: Sequence[Strip]) -> float:
    """Of the gaps between a side's columns, in pixels; 0 where it has but one column."""
    rows = [strip for strip in side if is_full(strip)]
    return max((_gap_at(edge, rows) for edge in corridors(rows)), default=0.0)


def _gap_at(edge: float, rows: Sequence[Strip]) -> float:
    """How wide the white around an edge is in the fullest row."""
    gaps = (
        b.bbox.left - a.bbox.right
        for strip in rows
        for a, b in pairwise(strip.pieces)
        if a.bbox.left < edge < b.bbox.right
    )
    return max(min(gaps, default=0.0), 0.0)


def _begins_with_words(side: Sequence[Strip]) -> bool:
    firsts = [strip.pieces[0] for strip in side if is_full(strip)]
    return 2 * sum(not piece.is_numeric for piece in firsts) > len(firsts)


def _is_prose(side: Sequence[Strip]) -> bool:
    words = [word.text for strip in side for word in strip.words]
    written = sum(any(map(str.isalpha, text)) for text in words)
    return written >= _PROSE * len(side) and 10 * written >= 8 * len(words)
