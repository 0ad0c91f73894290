"""Text columns of a page: where rows have to be cut at a gutter before they can be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vouch.schemas.text import Token

_GUTTER = 1.5
"""Least width of a gutter, in text heights."""
_LEAST_ROWS = 4
"""Fewer rows side by side are a heading or a table, not columns."""
_PROSE_WORDS = 2.5
_LETTERS = re.compile(r"[^\W\d_]{2,}")

Rows = list[list[int]]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A row, or the part of a row that stands in one column."""

    column: int
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class _Gutter:
    first: int
    last: int
    """Rows [first, last] have it."""
    left: float
    right: float


def _gaps(row: list[int], tokens: Sequence[Token]) -> list[tuple[float, float]]:
    """White stretches between the words of a row that are wide enough for a gutter."""
    boxes = [tokens[index].bbox for index in row]
    least = _GUTTER * float(np.median([box.height for box in boxes]))
    return [(a.right, b.left) for a, b in pairwise(boxes) if b.left - a.right > least]


def _is_prose(rows: Rows, tokens: Sequence[Token]) -> bool:
    """Whether rows read as running text: several words a row, most of them made of letters."""
    texts = [tokens[index].text for row in rows for index in row]
    words = sum(bool(_LETTERS.search(text)) for text in texts)
    return words >= _PROSE_WORDS * len(rows) and words >= 0.7 * len(texts)


def _grow(rows: Rows, tokens: Sequence[Token], start: int) -> _Gutter | None:
    """The longest gutter that begins in row `start`."""
    gutters = [_follow(rows, tokens, start, gap) for gap in _gaps(rows[start], tokens)]
    return max(gutters, key=lambda gutter: gutter.last, default=None)


def _follow(rows: Rows, tokens: Sequence[Token], start: int, gap: tuple[float, float]) -> _Gutter:
    """A white stretch followed downwards, narrowed row by row, until a row crosses it."""
    left, right = gap
    last = start
    for index in range(start + 1, len(rows)):
        narrowed = [(max(left, a), min(right, b)) for a, b in _gaps(rows[index], tokens)]
        narrowed = [(a, b) for a, b in narrowed if b > a]
        if narrowed:
            left, right = narrowed[0]
        elif not _stays_beside(rows[index], tokens, left, right):
            break
        last = index
    return _Gutter(start, last, left, right)


def _stays_beside(row: list[int], tokens: Sequence[Token], left: float, right: float) -> bool:
    """Whether a row stands wholly in one column, clear of the gutter."""
    boxes = [tokens[index].bbox for index in row]
    return max(b.right for b in boxes) <= right or min(b.left for b in boxes) >= left


def _cut(rows: Rows, tokens: Sequence[Token], gutter: _Gutter) -> tuple[Rows, Rows]:
    middle = (gutter.left + gutter.right) / 2
    sides: tuple[Rows, Rows] = ([], [])
    for row in rows[gutter.first : gutter.last + 1]:
        for side, part in enumerate(
            (
                [i for i in row if tokens[i].bbox.centre[0] < middle],
                [i for i in row if tokens[i].bbox.centre[0] >= middle],
            )
        ):
            if part:
                sides[side].append(part)
    return sides


def split_columns(rows: Rows, tokens: Sequence[Token], column: int = 0) -> list[ColumnRow]:
    """Rows in reading order, cut where a gutter runs between two columns of running text.

    A column of prices or a table's cells is no text column: both sides must be prose.
    """
    ordered: list[ColumnRow] = []
    index = 0
    while index < len(rows):
        gutter = _grow(rows, tokens, index)
        if gutter and gutter.last - gutter.first + 1 >= _LEAST_ROWS:
            left, right = _cut(rows, tokens, gutter)
            if min(len(left), len(right)) >= _LEAST_ROWS and all(
                _is_prose(side, tokens) for side in (left, right)
            ):
                ordered += split_columns(left, tokens, column)
                ordered += split_columns(right, tokens, column + 1)
                index = gutter.last + 1
                continue
        ordered.append(ColumnRow(column, rows[index]))
        index += 1
    return ordered
