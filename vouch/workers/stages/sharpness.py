"""How crisp the text of a page is, tile by tile, at the scale of its own letters.

An edge is as wide as its contrast divided by its steepest slope. Blur harms reading when that width
nears the strokes' own, so edges are measured where a line of text is 24 pixels tall (larger text is
scaled down to that, smaller text is left), and the width is taken as a share of the line. A crisp
thumbnail and a crisp 12-megapixel photo of the same page therefore get the same number.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.overview import Luma, Overview

_TILES = 48
_LINE = 24
"""Pixels of a text line at which edges are measured."""
_PATCH = 72
"""Pixels at that scale: three lines of text are looked at in each tile."""
_REACH = 11
"""Pixels of the window in which an edge is measured: wider ones count as that wide."""
_LEAST_RANGE = 12
"""Grey levels: weaker edges are paper grain."""
_CRISP_EDGE = 2.2
"""Pixels: what the slope filter makes of a perfect, anti-aliased edge."""
_UNREADABLE = 0.30
"""Edge width over line height at which strokes run into each other."""
_LEAST_MARKS = 4
"""Marks that make a tile one with text."""


@dataclass(frozen=True, slots=True)
class SharpnessTile:
    """One tile that has text."""

    row: int
    column: int
    box: Bbox
    """Pixels of the upload."""
    sharpness: float
    """0 (strokes run into each other) to 1 (crisp)."""


def sharpness_tiles(overview: Overview) -> tuple[SharpnessTile, ...]:
    """The tiles of a page that have text, with their sharpness."""
    line = overview.text_height
    if line is None:
        return ()
    height, width = overview.luma.shape[0], overview.luma.shape[1]
    grid = _Grid.over(height, width, line)
    centres = (overview.marks[:, :2] + overview.marks[:, 2:] / 2) * overview.scale
    cells = grid.cells(centres)
    tiles = []
    for cell in np.unique(cells).tolist():
        inside = centres[cells == cell]
        if len(inside) < _LEAST_MARKS:
            continue
        blur = _blur_share(overview.luma, np.median(inside, axis=0), line)
        if blur is not None:
            row, column = divmod(cell, grid.columns)
            sharpness = max(0.0, 1 - blur / _UNREADABLE)
            tiles.append(SharpnessTile(row, column, grid.box(row, column), sharpness))
    return tuple(tiles)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A page of height × width pixels in about 48 nearly square tiles."""

    height: int
    width: int
    rows: int
    columns: int

    @classmethod
    def over(cls, height: int, width: int, line: float) -> Self:
        """Fewer tiles where they would hold no two lines."""
        side = max((height * width / _TILES) ** 0.5, 2 * line)
        return cls(height, width, max(1, round(height / side)), max(1, round(width / side)))

    def cells(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Row · columns + column, for points of shape (n, 2)."""
        column = np.clip(points[:, 0] * self.columns / self.width, 0, self.columns - 1)
        row = np.clip(points[:, 1] * self.rows / self.height, 0, self.rows - 1)
        return row.astype(np.int64) * self.columns + column.astype(np.int64)

    def box(self, row: int, column: int) -> Bbox:
        across, down = self.width / self.columns, self.height / self.rows
        left, top = column * across, row * down
        return Bbox(left=left, top=top, right=left + across, bottom=top + down)


def _blur_share(luma: Luma, centre: NDArray[np.float64], line: float) -> float | None:
    """Blur of the edges around a point, as a share of the line height; None without edges."""
    patch, line_in_patch = _patch(luma, centre, line)
    if min(patch.shape) < _REACH:
        return None
    width = edge_width(patch)
    if width is None:
        return None
    # Widths of blurs add up by squares; the filter's own share is taken out.
    return float(np.sqrt(max(width**2 - _CRISP_EDGE**2, 0.0))) / line_in_patch


def _patch(luma: Luma, centre: NDArray[np.float64], line: float) -> tuple[Luma, float]:
    """The surroundings of a point at the scale of measurement, and a line's height there."""
    shrink = max(1.0, line / _LINE)
    half = round(_PATCH * shrink / 2)
    x, y = (round(float(value)) for value in centre)
    cut = luma[max(y - half, 0) : y + half, max(x - half, 0) : x + half]
    if shrink == 1.0:
        return cut, line
    size = (max(1, round(cut.shape[1] / shrink)), max(1, round(cut.shape[0] / shrink)))
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8), float(_LINE)


def edge_width(patch: Luma) -> float | None:
    """Median width in pixels of the strong edges of a patch; None when it has none."""
    kernel = np.ones((_REACH, _REACH), np.uint8)
    across = cv2.Sobel(patch, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(patch, cv2.CV_32F, 0, 1, scale=1 / 8)
    steepest = cv2.dilate(cv2.magnitude(across, down), kernel)
    span = cv2.dilate(patch, kernel).astype(np.float32) - cv2.erode(patch, kernel)
    strong = span >= max(_LEAST_RANGE, 0.5 * float(np.percentile(span, 95)))
    if not strong.any():
        return None
    return float(np.median(span[strong] / np.maximum(steepest[strong], 1e-3)))
