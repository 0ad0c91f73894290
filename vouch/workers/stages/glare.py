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
_DARKER_PAPER = 25
"""Grey levels that the paper around must lie below burnt out."""
_HARDEST_EDGE = 0.6
"""Share of the fall from spot to paper that one cell may hold: a box or a margin falls at once."""
_LEAST_SHARE = 0.004
"""Spots smaller than this share of the page hide no word."""


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
    burnt = (paper >= _BURNT).astype(np.uint8)
    level = _paper_level(paper, ink)
    if level > _BURNT - _DARKER_PAPER or not burnt.any():
        return ()
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(burnt)
    among_text = _hull(ink)
    spots = []
    for label in range(1, count):
        spot = labels == label
        share = boxes[label][4] / spot.size
        hides_text = (spot & among_text).sum() > 0.5 * spot.sum() and not (ink[spot] > 0).any()
        if share >= _LEAST_SHARE and hides_text and _fades(paper, spot, level):
            spots.append(GlareSpot(float(share), _outline(boxes[label], paper.shape, overview)))
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


def _paper_level(paper: NDArray[np.uint8], ink: NDArray[np.uint8]) -> float:
    """Brightness of the paper where something is printed."""
    return float(np.median(paper[ink > 0])) if (ink > 0).any() else 255.0


def _hull(ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The area that the printed cells span."""
    points = cv2.findNonZero(ink)
    area = np.zeros_like(ink)
    if points is not None:
        cv2.fillConvexPoly(area, cv2.convexHull(points), 1)
    return area.astype(bool)


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
