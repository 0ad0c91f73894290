"""How a box is drawn: its size, fill, border, corners, and the signs inside that are no words."""

from itertools import pairwise

import numpy as np

from vouch.workers.images import RgbImage
from vouch.workers.stages.elements.canvas import (
    Box,
    Canvas,
    Colour,
    apart,
    area,
    brightness,
    colour_of,
    count,
    inside,
    saturation,
)
from vouch.workers.stages.elements.proposals import Proposal

_PARTS = 5
"""Upright strips of a box in which signs are counted: chevrons stand in the last."""
_GROUND = 8
"""Levels up to which a pixel has the colour of what is around the box."""
_EDGE = 2
"""Pixels from a side that are still its edge: edges are smoothed."""


def surface(canvas: Canvas, one: Proposal) -> dict[str, float]:
    """Numbers of one box."""
    fill, ground = _fill(one), _ground(canvas, one.box)
    return {
        **_shape(canvas, one.box),
        **_border(canvas, one, fill),
        **_corners(canvas, one.box, ground),
        **_signs(canvas, one.box),
        "filled": one.region.filled if one.region else 0.0,
        "fill_contrast": apart(fill, ground),
        "fill_saturation": saturation(fill),
        "fill_brightness": brightness(fill),
        "ground_brightness": brightness(ground),
        "ground_saturation": saturation(ground),
    }


def _shape(canvas: Canvas, box: Box) -> dict[str, float]:
    left, top, right, bottom = box
    wide, high = (right - left) / canvas.unit, (bottom - top) / canvas.unit
    return {
        "width": wide,
        "height": high,
        "aspect": wide / max(high, 1e-3),
        "area": wide * high,
        "x": (left + right) / 2 / canvas.width,
        "y": (top + bottom) / 2 / canvas.height,
        "cut": float(
            left <= 1 or top <= 1 or right >= canvas.width - 1 or bottom >= canvas.height - 1
        ),
    }


def _fill(one: Proposal) -> Colour:
    if one.region is not None:
        return one.region.colour
    return one.run.ground if one.run is not None else np.zeros(3, np.float32)


def _ground(canvas: Canvas, box: Box) -> Colour:
    """The colour just around a box."""
    return colour_of(np.concatenate(_sides(canvas, box, 2)))


def _sides(canvas: Canvas, box: Box, way: int) -> list[RgbImage]:
    """Pixels `way` outside the middle half of each side; inside where it is negative."""
    left, top, right, bottom = box
    wide, high = (right - left) // 4, (bottom - top) // 4
    strips = (
        inside(canvas, left - way, top + high, left - way + 1, bottom - high),
        inside(canvas, left + wide, top - way, right - wide, top - way + 1),
        inside(canvas, right + way - 1, top + high, right + way, bottom - high),
        inside(canvas, left + wide, bottom + way - 1, right - wide, bottom + way),
    )
    return [
        canvas.image[upper:lower, start:end].reshape(-1, 3) for start, upper, end, lower in strips
    ]


def _border(canvas: Canvas, one: Proposal, fill: Colour) -> dict[str, float]:
    """How thick it is, and how it stands out from the fill at each side."""
    thick = one.region.border if one.region else (0, 0, 0, 0)
    edges = [apart(colour_of(side), fill) for side in _sides(canvas, one.box, 0)]
    names = ("left", "top", "right", "bottom")
    return {
        **{f"border_{name}": side / canvas.unit for name, side in zip(names, thick, strict=True)},
        **{f"edge_{name}": edge for name, edge in zip(names, edges, strict=True)},
        "edge_least": min(edges),
        "edge_below_above": edges[3] - edges[1],
    }


def _corners(canvas: Canvas, box: Box, ground: Colour) -> dict[str, float]:
    """How far corners are rounded off: the way along the diagonal that is still the ground's."""
    left, top, right, bottom = box
    side = min(right - left, bottom - top)
    steps = np.arange(max(side // 2, 1))
    ways = []
    for x, y, dx, dy in (
        (left, top, 1, 1),
        (right - 1, top, -1, 1),
        (left, bottom - 1, 1, -1),
        (right - 1, bottom - 1, -1, -1),
    ):
        pixels = canvas.image[y + dy * steps, x + dx * steps].astype(np.float32)
        is_drawn = np.abs(pixels - ground).max(axis=1) > _GROUND
        ways.append(int(is_drawn.argmax()) if is_drawn.any() else len(steps))
    middle = float(np.median(ways))
    return {
        "corner": middle / max(side, 1),
        "corner_size": middle / canvas.unit,
        "straight": _straight(canvas, box, ground),
        "mirrored": _mirrored(canvas, box),
    }


def _straight(canvas: Canvas, box: Box, ground: Colour) -> float:
    """The share of a usual side along which the box reaches its edge: half of a disc's, or less."""
    left, top, right, bottom = box
    part = canvas.image[top:bottom, left:right].astype(np.float32)
    is_drawn = np.abs(part - ground).max(axis=2) > _GROUND
    sides = (is_drawn[:_EDGE], is_drawn[-_EDGE:], is_drawn[:, :_EDGE].T, is_drawn[:, -_EDGE:].T)
    return float(np.median([side.any(axis=0).mean() for side in sides]))


def _mirrored(canvas: Canvas, box: Box) -> float:
    """How far a box differs from its mirror image, 0 to 1: a dot is one, a tick is not."""
    left, top, right, bottom = box
    part = canvas.image[top:bottom:2, left:right].astype(np.float32)
    return float(np.abs(part - part[:, ::-1]).mean()) / 255.0


def _signs(canvas: Canvas, box: Box) -> dict[str, float]:
    """What is drawn inside and is no word, off the border: in all, and in upright strips."""
    left, top, right, bottom = box
    rim = max(2, round(0.15 * min(canvas.unit, bottom - top)))
    inner = inside(canvas, left + rim, top + rim, right - rim, bottom - rim)
    wide = inner[2] - inner[0]
    cuts = [inner[0] + wide * part // _PARTS for part in range(_PARTS + 1)]
    shares = [
        _share(canvas, (start, inner[1], max(end, start + 1), inner[3]))
        for start, end in pairwise(cuts)
    ]
    square = inner[3] - inner[1]
    last = inside(canvas, inner[2] - square, inner[1], inner[2], inner[3])
    first = inside(canvas, inner[0], inner[1], inner[0] + square, inner[3])
    return {
        "ink": count(canvas.ink, inner) / max(area(inner), 1),
        "signs": _share(canvas, inner),
        "signs_first": shares[0],
        "signs_middle": shares[_PARTS // 2],
        "signs_last": shares[-1],
        "signs_at_start": _share(canvas, first),
        "signs_at_end": _share(canvas, last),
    }


def _share(canvas: Canvas, box: Box) -> float:
    box = inside(canvas, *box)
    return count(canvas.free, box) / max(area(box), 1)
