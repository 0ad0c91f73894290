"""Pictures scaled down to a budget of pixels before any model's library sees them."""

import math

import cv2
import numpy as np

from vouch.workers.images import RgbImage

MOST_ASPECT = 100
"""Qwen's image processors refuse strips of more than 200 to 1."""
LEAST_SIDE = 32
"""Pixels; less than a patch of the larger models cannot be seen."""
_WHITE = (255, 255, 255)


def bounded(image: RgbImage, pixels: int, ratio: float | None = None) -> RgbImage:
    """The whole picture in about `pixels`, in the middle of white where it is a strip or tiny.

    `ratio` is the height by the width that it is padded to. It is averaged down in bytes, before
    anything makes floats of it: thin strokes stay, and memory goes by the budget instead of by the
    upload.
    """
    height, width = image.shape[:2]
    scale = math.sqrt(pixels / math.prod(_frame(height, width, ratio)))
    if scale < 1:
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = image.shape[:2]
    return padded(image, *_frame(height, width, ratio))


def padded(image: RgbImage, height: int, width: int) -> RgbImage:
    """The picture in the middle of white, this high and wide."""
    down, across = height - image.shape[0], width - image.shape[1]
    if not (down or across):
        return image
    sides = (down // 2, down - down // 2, across // 2, across - across // 2)
    framed = cv2.copyMakeBorder(image, *sides, cv2.BORDER_CONSTANT, value=_WHITE)
    return np.asarray(framed, np.uint8)


def _frame(height: int, width: int, ratio: float | None) -> tuple[int, int]:
    """Height and width that a picture of this size is padded to."""
    high = max(height, math.ceil(width / MOST_ASPECT), LEAST_SIDE)
    wide = max(width, math.ceil(height / MOST_ASPECT), LEAST_SIDE)
    if ratio is None:
        return high, wide
    return max(high, math.ceil(wide * ratio)), max(wide, math.ceil(high / ratio))
