"""Burnt-out spots on a page: reflections that hide what is printed below.

White paper is not glare. A spot counts when it is burnt out, has nothing printed in it, lies among
text, and fades into paper that is clearly darker. On paper that is itself pure white (scans,
screenshots) a reflection cannot be told from a blank, and none is reported.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Bbox, Polygon
from vouch.workers.stages.overview import Overview

_GRID = 160
"""Longest side, in cells, of the map in which spots are looked for."""
_BURNT = 250
_DARKER_PAPER = 30
"""Grey levels that the paper around must lie below burnt out."""
_HARDEST_EDGE = 0.6
"""Share of the fall from spot to paper that one cell may hold: a box or a margin falls at once."""
_MOSTLY = 0.8
"""Share of a spot that lies among text."""
_LEAST_SHARE = 0.004
"""Spots smaller than this share of the page hide no word."""
_MOST_INK = 0.03
"""Share of a spot's core that may look printed: grain, dust."""


@dataclass(frozen=True, slots=True)
class GlareSpot:
    """One burnt-out spot."""

    share: float
    """Of the page, 0 to 1."""
    polygon: Polygon
    """Pixels of the upload."""


def glare_spots(overview: Overview) -> tuple[GlareSpot, ...]:
    """Burnt-out spots where text should be."""
    if len(overview.marks) == 0:
        return ()
    paper, ink = _maps(overview)
    among_text = _hull(ink)
    between_letters = among_text & (cv2.dilate(ink, np.ones((3, 3), np.uint8)) == 0)
    if not between_letters.any():
        return ()
    # The darker end, for light may lie on most of the page; scans are bright throughout.
    level = float(np.percentile(paper[between_letters], 10))
    if level > 255 - _DARKER_PAPER:
        return ()
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((paper >= _BURNT).astype(np.uint8))
    spots = []
    for label in range(1, count):
        share = float(boxes[label][cv2.CC_STAT_AREA]) / labels.size
        if share < _LEAST_SHARE:
            continue
        spot = labels == label
        if (spot & among_text).sum() < _MOSTLY * spot.sum():
            continue
        if _is_bare(spot, ink) and _fades(paper, spot, level):
            spots.append(GlareSpot(share, _outline(boxes[label], paper.shape, overview)))
    return tuple(spots)


def _maps(overview: Overview) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Per cell: how bright the paper is, and whether something is printed."""
    height, width = overview.small.shape
    scale = max(1.0, max(height, width) / _GRID)
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    kernel = np.ones((5, 5), np.uint8)
    # Closing takes strokes away, so that what is left is paper.
    closed = cv2.morphologyEx(overview.small, cv2.MORPH_CLOSE, kernel)
    paper = cv2.resize(closed, size, interpolation=cv2.INTER_AREA)
    printed = np.zeros_like(overview.small)
    for left, top, wide, high in overview.marks.astype(int):
        printed[top : top + high, left : left + wide] = 255
    ink = cv2.resize(printed, size, interpolation=cv2.INTER_AREA)
    return np.asarray(paper, np.uint8), np.asarray(ink, np.uint8)


def _hull(ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The area that the printed cells span."""
    points = cv2.findNonZero(ink)
    area = np.zeros_like(ink)
    if points is not None:
        cv2.fillConvexPoly(area, cv2.convexHull(points), 1)
    return area.astype(bool)


def _is_bare(spot: NDArray[np.bool_], ink: NDArray[np.uint8]) -> bool:
    """Whether nothing is printed in a spot, holes included. Its rim may still show some letters."""
    outlines, _ = cv2.findContours(
        spot.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    filled = cv2.drawContours(np.zeros(spot.shape, np.uint8), outlines, -1, 1, cv2.FILLED)
    core = cv2.erode(filled, np.ones((3, 3), np.uint8), iterations=2) > 0
    return bool(core.any()) and float((ink[core] > 0).mean()) < _MOST_INK


def _fades(paper: NDArray[np.uint8], spot: NDArray[np.bool_], level: float) -> bool:
    """Whether brightness falls off around a spot by and by: light does, a white box does not."""
    grown = cv2.dilate(spot.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=2) > 0
    near = grown & ~(cv2.dilate(spot.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    if not near.any():
        return False
    fall = 255.0 - float(np.median(paper[near]))
    return fall < _HARDEST_EDGE * (255.0 - level)


def _outline(box: NDArray[np.int32], shape: tuple[int, ...], overview: Overview) -> Polygon:
    across = overview.luma.shape[1] / shape[1]
    down = overview.luma.shape[0] / shape[0]
    left, top, width, height = (float(value) for value in box[:4])
    return Bbox(
        left=left * across,
        top=top * down,
        right=(left + width) * across,
        bottom=(top + height) * down,
    ).polygon
