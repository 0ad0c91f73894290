"""How a page looks: what tells screens, prints, scans and photos apart without reading them."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.document import Page
from vouch.schemas.routing import Look
from vouch.workers.images import RgbImage

_MOST_ROWS = 160
"""Rows, and columns, that are looked at: enough for shares to settle, few enough for big photos."""
_SIDE = 384
"""Longer side of the small copy, in pixels."""
_EDGE = 24
"""Grey levels between neighbours from which on there is an edge."""
_LONG = 0.15
"""An edge that runs straight over this share of the page is drawn, not photographed."""


def look_of(page: Page, image: RgbImage) -> Look:
    """Measures of a page, whose pixels are upright; most are shares, 0 to 1."""
    height, width = image.shape[:2]
    return Look(
        measures={
            "is_pdf": float(page.dpi is not None),
            "has_layer": float(bool(page.embedded_text)),
            "log_aspect": math.log(height / width),
            "log_pixels": math.log(height * width),
            **_neighbours(image),
            **_colours(image),
            **_grain(image),
        }
    )


def _neighbours(image: RgbImage) -> dict[str, float]:
    """Screens and rendered pages repeat pixels exactly, sensors and lossy files do not."""
    height, width = image.shape[:2]
    rows = image[:: max(1, height // _MOST_ROWS)]
    columns = image[:, :: max(1, width // _MOST_ROWS)]
    return {
        "same_right": _same(rows, axis=1),
        "same_below": _same(columns, axis=0),
        "straight_across": _straight(image, axis=1),
        "straight_down": _straight(image, axis=0),
    }


def _same(pixels: RgbImage, axis: int) -> float:
    """Share of pixels that equal their neighbour along an axis."""
    if pixels.shape[axis] < 2:
        return 1.0
    steps = np.diff(pixels.astype(np.int16), axis=axis)
    return float((steps == 0).all(axis=2).mean())


def _straight(image: RgbImage, axis: int) -> float:
    """How many edges run straight along an axis without a gap: lines of a frame, a table.

    As the logarithm of their number.
    """
    grey = _shrunk(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), 4 * _SIDE).astype(np.int16)
    edges = np.abs(np.diff(grey, axis=1 - axis)) >= _EDGE
    if edges.size == 0:  # a page of one pixel has no neighbours
        return 0.0
    lines = edges if axis == 1 else edges.T
    longest = max(8, round(_LONG * lines.shape[1]))
    kernel = np.ones((1, longest), np.uint8)
    runs = cv2.erode(np.ascontiguousarray(lines, dtype=np.uint8), kernel)
    return math.log1p(int(runs.any(axis=1).sum()))


def _colours(image: RgbImage) -> dict[str, float]:
    """How many colours, how strong, and how much of the page the commonest ones take."""
    small = _shrunk(image, _SIDE, cv2.INTER_NEAREST)
    codes = small.reshape(-1, 3).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    counts = np.sort(np.unique(codes, return_counts=True)[1])[::-1]
    top = small.max(axis=2).astype(np.int16)
    strength = (top - small.min(axis=2)) / np.maximum(top, 1)
    luma = top / 255.0
    return {
        "log_colours": math.log(len(counts) / codes.size),
        "commonest": float(counts[0] / codes.size),
        "commonest_five": float(counts[:5].sum() / codes.size),
        "colourful": float((strength > 0.25).mean()),
        "red": math.sqrt(float(_is_red(small).mean())),
        "luma": float(luma.mean()),
        "dark_share": float((luma < 0.3).mean()),
        "light_share": float((luma > 0.9).mean()),
        "middle_share": float(((luma > 0.35) & (luma < 0.75)).mean()),
    }


def _is_red(pixels: RgbImage) -> NDArray[np.bool_]:
    """Where it is as red as signs of danger are."""
    red, green, blue = (pixels[:, :, channel].astype(np.int16) for channel in range(3))
    return (red >= 140) & (np.maximum(green, blue) <= 0.55 * red)


def _grain(image: RgbImage) -> dict[str, float]:
    """Noise where nothing is drawn, and how much of the page is full of edges."""
    grey = _middle(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    rough = np.abs(cv2.Laplacian(grey, cv2.CV_16S)).astype(np.float32)
    small = _shrunk(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), _SIDE)
    edges = cv2.Canny(small, 60, 150) > 0
    low = cv2.blur(small, (31, 31)).astype(np.float32)
    return {
        "grain": math.log1p(float(np.quantile(rough, 0.4))),
        "grain_high": math.log1p(float(np.quantile(rough, 0.9))),
        "edge_share": float(edges.mean()),
        "edge_cells": _filled_cells(edges),
        "uneven": float(low.std() / 255.0),
    }


def _filled_cells(edges: NDArray[np.bool_]) -> float:
    """Share of cells of 16 × 16 pixels that have an edge: texture is everywhere, text in blocks."""
    height, width = (side // 16 * 16 for side in edges.shape)
    if not height or not width:
        return float(edges.any())
    cells = edges[:height, :width].reshape(height // 16, 16, width // 16, 16)
    return float(cells.any(axis=(1, 3)).mean())


def _middle(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """At most 1000 × 1000 pixels of the middle, at full resolution: scaling hides grain."""
    height, width = grey.shape
    top, left = max(0, (height - 1000) // 2), max(0, (width - 1000) // 2)
    return grey[top : top + 1000, left : left + 1000]


def _shrunk(image: NDArray[np.uint8], side: int, way: int = cv2.INTER_AREA) -> NDArray[np.uint8]:
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
