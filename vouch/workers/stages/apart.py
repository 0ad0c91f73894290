"""Receipts that lie side by side, or one above the other, on one picture: each by itself.

A white stretch that no word crosses parts two receipts only where what stands on either side reads
as a whole receipt: with a total, a moment, and neither repeating the other.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.images import RgbImage
from vouch.workers.stages.boundaries import WEIGHTS, Marks, begins, marks_of
from vouch.workers.stages.segment import attach_lines, group_lines

_LEANINGS = (0.0, 0.04, -0.04, 0.08, -0.08)
"""Slopes of the white stretch: paper never lies straight."""
_LEAST_WORDS = 15
"""Of a receipt."""
_BETWEEN, _BELOW = 1.0, 2.0
"""White between two receipts, in heights of the print: side by side, and one above the other."""
_MOST_CUTS = 4
"""White stretches of a page that are tried, the widest first: each costs two readings."""

_OWN = ("date", "time", "number", "contact")
Words = tuple[int, ...]
Floats = NDArray[np.float64]


def pieces(layout: PageLayout, options: Options) -> list[Words]:
    """The words of each receipt on a page, as indices of its tokens; one piece where it is one."""
    printed = (index for index, token in enumerate(layout.tokens.tokens) if token.text.strip())
    return _apart(layout, tuple(printed), options)


def _apart(layout: PageLayout, words: Words, options: Options) -> list[Words]:
    for sides in _cuts(layout, words):
        first, second = (marks_of(within(layout, side), options) for side in sides)
        if _are_two(first, second):
            return [piece for side in sides for piece in _apart(layout, side, options)]
    return [words]


def _are_two(first: Marks, second: Marks) -> bool:
    """Whether each is a receipt of its own: a slip of the card says its receipt's total again."""
    return (
        all(map(_is_whole, (first, second)))
        and first.said["total"] != second.said["total"]
        and begins(second, [first], WEIGHTS["receipt"])
    )


def _is_whole(marks: Marks) -> bool:
    """Whether it has a total, and says whose or when or which it is."""
    return bool(marks.said["total"]) and any(marks.said[aspect] for aspect in _OWN)


def within(layout: PageLayout, words: Words) -> PageLayout:
    """The page as if these words were all that it prints; as it is where there are none."""
    if not words:
        return layout
    tokens = tuple(layout.tokens.tokens[index] for index in words)
    read = layout.tokens.model_copy(update={"tokens": tokens})
    lines, area = group_lines(read), around(layout, words)
    inside = [
        region.model_copy(update={"lines": ()})
        for region in layout.regions
        if Bbox.around(region.polygon).containment(area) > 0.5
    ]
    regions = attach_lines(inside, lines)
    return layout.model_copy(update={"tokens": read, "lines": lines, "regions": regions})


def around(layout: PageLayout, words: Words) -> Bbox:
    """The box around words, with some white, in pixels of the upright frame."""
    boxes = [layout.tokens.tokens[index].bbox for index in words]
    box, white = Bbox.union(boxes), float(np.median([one.height for one in boxes]))
    return Bbox(
        left=max(box.left - white, 0),
        top=max(box.top - white, 0),
        right=min(box.right + white, layout.tokens.width),
        bottom=min(box.bottom + white, layout.tokens.height),
    )


def alone(image: RgbImage, box: Bbox) -> RgbImage:
    """A page's pixels, white outside the box."""
    left, top, right, bottom = map(round, box.sides)
    shown = np.full_like(image, 255)
    shown[top:bottom, left:right] = image[top:bottom, left:right]
    return shown


def _cuts(layout: PageLayout, words: Words) -> Iterator[tuple[Words, Words]]:
    """Words left and right of, then above and below, the widest white stretches."""
    if len(words) < 2 * _LEAST_WORDS:
        return
    corners = np.array([layout.tokens.tokens[index].bbox.polygon for index in words])
    height = float(np.median(corners[:, 2, 1] - corners[:, 1, 1]))
    for axis, least in ((0, _BETWEEN), (1, _BELOW)):
        found = [
            gap
            for leaning in _LEANINGS
            for gap in _gaps(
                corners[:, :, axis] + leaning * corners[:, :, 1 - axis], least * height
            )
        ]
        yield from _sides(words, found)


def _gaps(along: Floats, least: float) -> Iterator[tuple[float, NDArray[np.bool_]]]:
    """White along an axis: how wide, and which words stand before it. `along`: (n, 4)."""
    low, high = along.min(axis=1), along.max(axis=1)
    order = np.argsort(low)
    reached = np.maximum.accumulate(high[order])
    for place in range(_LEAST_WORDS, len(order) - _LEAST_WORDS + 1):
        white = float(low[order[place]] - reached[place - 1])
        if white >= least:
            yield white, low < low[order[place]]


def _sides(
    words: Words, found: Sequence[tuple[float, NDArray[np.bool_]]]
) -> Iterator[tuple[Words, Words]]:
    tried: set[Words] = set()
    for _, is_first in sorted(found, key=lambda one: -one[0]):
        first = tuple(word for word, inside in zip(words, is_first, strict=True) if inside)
        if first in tried or len(tried) == _MOST_CUTS:
            continue
        tried.add(first)
        taken = set(first)
        yield first, tuple(word for word in words if word not in taken)
