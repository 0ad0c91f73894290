"""Flat parts, small drawings and lone rules of a screen: the boxes that something may fill."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.workers.stages.elements.canvas import Box, Canvas, Colour, area, colour_of, count, inside

_LEAST = 0.45
"""In units: what is smaller is a part of a letter."""
_BORDER = 0.4
"""In units: the thickest border of a box."""
_GLYPH = (0.6, 4.0)
"""In units: sizes of small drawings, such as boxes to tick."""
_RULE = 2.5
"""In units: a shorter line underlines a word."""
_FIELD = (1.7, 2.6)
"""In units: how high a field may be that has a line at its bottom and nothing else."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A box of pixels: flat and of one colour, or drawn."""

    box: Box
    """With its border."""
    inner: Box
    filled: float
    """Share of the inner box that belongs to it."""
    colour: Colour
    border: tuple[int, int, int, int]
    """Pixels at left, top, right and bottom."""


def flat_regions(canvas: Canvas) -> Iterator[Region]:
    """Parts of one colour that are large enough to hold something, with the border around them."""
    labels, stats = _components(canvas.flat, connectivity=4)
    least = max(4, round(_LEAST * canvas.unit))
    for label, (left, top, width, height, size) in enumerate(stats):
        if label == 0 or width < least or height < least:
            continue
        # a pixel is flat by its right and lower neighbours: the last ones of a part are lost
        inner = inside(canvas, left, top, left + width + 1, top + height + 1)
        border = _border(canvas, inner)
        yield Region(
            box=inside(
                canvas,
                inner[0] - border[0],
                inner[1] - border[1],
                inner[2] + border[2],
                inner[3] + border[3],
            ),
            inner=inner,
            filled=min(size / max(area((0, 0, width, height)), 1), 1.0),
            colour=_colour(canvas, labels, label, (left, top, left + width, top + height)),
            border=border,
        )


def _components(
    mask: NDArray[np.uint8], connectivity: int
) -> tuple[NDArray[np.int32], list[list[int]]]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    return np.asarray(labels, np.int32), stats.tolist()


def _colour(canvas: Canvas, labels: NDArray[np.int32], label: int, box: Box) -> Colour:
    left, top, right, bottom = box
    step = max(1, min(right - left, bottom - top) // 24)
    part = (slice(top, bottom, step), slice(left, right, step))
    pixels = canvas.image[part][labels[part] == label]
    return colour_of(pixels)


def _border(canvas: Canvas, inner: Box) -> tuple[int, int, int, int]:
    """How many pixels lie between a part and the next flat one, on each of its sides."""
    left, top, right, bottom = inner
    reach = max(3, round(_BORDER * canvas.unit))
    xs = [left + (right - left) * n // 5 for n in range(1, 5)]
    ys = [top + (bottom - top) * n // 5 for n in range(1, 5)]
    flat = canvas.flat
    rows, columns = flat[ys], flat[:, xs].T
    return (
        _thickness(rows[:, :left][:, ::-1], reach),
        _thickness(columns[:, :top][:, ::-1], reach),
        _thickness(rows[:, right:], reach),
        _thickness(columns[:, bottom:], reach),
    )


def _thickness(rays: NDArray[np.uint8], reach: int) -> int:
    """Of rays that leave a part: the usual way to the next flat pixel; 0 where there is none."""
    near = rays[:, :reach]
    if near.shape[1] == 0:
        return 0
    ways = np.where(near.any(axis=1), near.argmax(axis=1), 0)
    return int(np.median(ways))


def drawings(canvas: Canvas) -> Iterator[Region]:
    """Small things that are drawn in one stroke: a box to tick, a switch, a sign."""
    low, high = (limit * canvas.unit for limit in _GLYPH)
    _, stats = _components(1 - canvas.flat, connectivity=8)
    for left, top, width, height, size in stats[1:]:
        if not (low <= height <= high and low <= width <= 2 * high):
            continue
        # what is not flat begins one pixel before what is drawn
        box = inside(canvas, left + 1, top + 1, left + width, top + height)
        inner = inside(canvas, box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2)
        colour = colour_of(canvas.image[inner[1] : inner[3], inner[0] : inner[2]])
        yield Region(box, inner, min(size / max(width * height, 1), 1.0), colour, (0, 0, 0, 0))


def ruled_fields(canvas: Canvas) -> Iterator[Region]:
    """Boxes over lone lines: some fields are nothing but a line to write on."""
    for left, top, right, bottom in _rules(canvas):
        for high in _FIELD:
            box = inside(canvas, left, bottom - high * canvas.unit, right, bottom)
            above = inside(canvas, left, top - 3, right, top - 1)
            colour = colour_of(canvas.image[above[1] : above[3], above[0] : above[2]])
            filled = 1.0 - count(canvas.ink, box) / max(area(box), 1)
            yield Region(box, box, filled, colour, (0, 0, 0, bottom - top))


def _rules(canvas: Canvas) -> list[Box]:
    """Thin lines that run straight across: an upper and a lower edge of about one length."""
    length = max(8, round(_RULE * canvas.unit))
    long = cv2.morphologyEx(canvas.down, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    _, stats = _components(long, connectivity=8)
    edges = sorted((top, left, width, height) for left, top, width, height, _ in stats[1:])
    thick = max(3, round(0.3 * canvas.unit))
    rules: list[Box] = []
    for number, (top, left, width, _) in enumerate(edges):
        for lower, other, span, height in edges[number + 1 :]:
            if lower - top > thick:
                break
            if abs(other - left) <= thick and abs(other + span - left - width) <= 2 * thick:
                rules.append((left, top + 1, left + width, lower + height))
                break
    return rules
