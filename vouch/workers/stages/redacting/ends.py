"""Where words really begin and end: OCR's places along a long line drift by a character or two."""

from collections.abc import Iterable
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Point, Polygon
from vouch.workers.images import RgbImage

_FARTHEST = 6.0
"""Characters by which an end may be moved outwards."""
_BLANK = 0.55
"""Of a character's width: white between words is wider, between most letters narrower."""
_MIDDLE = (0.15, 0.85)
"""Of a mask's height: neighbouring lines may reach into the rest."""
_INK = 0.3
"""Share of a line's strongest contrast from which on something is printed."""
_FAINTEST = 12
"""Levels of a channel that are noise on blank paper."""


def up_to_white(
    polygon: Polygon, image: RgbImage, pitch: float, *, before: bool, after: bool
) -> Polygon:
    """The quadrilateral drawn out, `before` and `after` its words, to the blanks around them.

    `pitch` is a character's width in pixels. An end that stands in a blank, or that has none near
    it, stays where it is.
    """
    reach = _FARTHEST * pitch
    strip = _strip(polygon, image, reach)
    inked = _inked(strip)
    first, last = round(reach), len(inked) - round(reach)
    blank = _BLANK * pitch
    left = _missing(inked[::-1], len(inked) - first, blank) if before else 0
    right = _missing(inked, last, blank) if after else 0
    return _longer(polygon, left, right)


def _strip(polygon: Polygon, image: RgbImage, reach: float) -> RgbImage:
    """The middle of a quadrilateral and what is printed before and after it, laid out flat."""
    corners = np.asarray(_longer(polygon, reach, reach), np.float32)
    wide = max(round(float(np.hypot(*(corners[1] - corners[0])))), 1)
    high = max(round(float(np.hypot(*(corners[3] - corners[0])))), 1)
    flat = np.asarray([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    turned = cv2.getPerspectiveTransform(corners, flat)
    strip = cv2.warpPerspective(image, turned, (wide, high), borderMode=cv2.BORDER_REPLICATE)
    top, bottom = (round(share * high) for share in _MIDDLE)
    return np.asarray(strip[top : max(bottom, top + 1)], np.uint8)


def _inked(strip: RgbImage) -> NDArray[np.bool_]:
    """Which columns of a strip hold print, be it dark or light."""
    ground = np.median(strip.reshape(-1, 3), axis=0)
    contrast = np.abs(strip - ground).max(axis=(0, 2))
    return np.asarray(contrast > max(_INK * float(contrast.max()), _FAINTEST))


def _missing(inked: NDArray[np.bool_], end: int, blank: float) -> float:
    """Pixels from an end to the first wide blank that reaches beyond it, or 0."""
    gaps = ((start, stop) for start, stop in _gaps(inked) if stop > end and stop - start >= blank)
    start = next((start for start, _ in gaps), end)
    return float(max(start - end, 0))


def _gaps(inked: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    """Runs of columns without print: first, and the one behind the last."""
    turns = np.flatnonzero(np.diff(np.concatenate(([True], inked, [True]))))
    return ((int(start), int(stop)) for start, stop in list(pairwise(turns))[::2])


def _longer(polygon: Polygon, before: float, after: float) -> Polygon:
    """A quadrilateral made longer along its own upper and lower side, in pixels."""
    upper_left, upper_right, lower_right, lower_left = polygon
    return (
        _beyond(upper_right, upper_left, before),
        _beyond(upper_left, upper_right, after),
        _beyond(lower_left, lower_right, after),
        _beyond(lower_right, lower_left, before),
    )


def _beyond(start: Point, end: Point, pixels: float) -> Point:
    """The point so many pixels behind the end of a side."""
    x, y = end[0] - start[0], end[1] - start[1]
    share = pixels / max(float(np.hypot(x, y)), 1e-6)
    return (end[0] + share * x, end[1] + share * y)
