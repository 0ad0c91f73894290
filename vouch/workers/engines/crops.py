"""Cutting text runs out of a picture, straightened and at the height a recogniser wants."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Polygon
from vouch.workers.images import RgbImage

_UPRIGHT_TEXT = 1.5
"""A run this many times taller than wide holds text that stands on its side."""


def quad_size(quad: Polygon) -> tuple[float, float]:
    """Width and height of a quadrilateral (top left, top right, bottom right, bottom left)."""
    corners = np.asarray(quad, float)
    top, right, bottom, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    return float(max(top, bottom)), float(max(left, right))


def stands_on_its_side(quad: Polygon) -> bool:
    """Whether the run is so much taller than wide that its text must run up or down."""
    width, height = quad_size(quad)
    return height >= _UPRIGHT_TEXT * width


def reading_quad(quad: Polygon) -> Polygon:
    """The corners from where reading starts: of a run on its side, its bottom left."""
    return (quad[3], *quad[:3]) if stands_on_its_side(quad) else quad


def cut(image: RgbImage, quad: Polygon, height: int) -> RgbImage:
    """The run as a straight strip of `height` pixels, at least one pixel wide."""
    width, depth = quad_size(quad)
    strip_width = max(round(width * height / max(depth, 1.0)), 1)
    # Warping does not average: strips that shrink by half and more are warped large, then averaged.
    factor = max(int(depth / height), 1)
    corners = _corners(strip_width * factor, height * factor)
    warp = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), corners)
    strip = cv2.warpPerspective(
        image,
        warp,
        (strip_width * factor, height * factor),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if factor > 1:
        strip = cv2.resize(strip, (strip_width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(strip, np.uint8)


def scaled(image: RgbImage, scale: float) -> RgbImage:
    """The picture `scale` times as large, averaged or interpolated, one pixel at least."""
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)


def _corners(width: int, height: int) -> NDArray[np.float32]:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
