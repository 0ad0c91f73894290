"""A page at a glance: its luma, a small copy, and the marks on it that could be text."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.workers.images import RgbImage

Luma = NDArray[np.uint8]
"""Shape (height, width), 0 black to 255 white."""
Marks = NDArray[np.float64]
"""Shape (marks, 4): left, top, width, height of connected ink, in pixels of the small copy."""

_SMALL_PIXELS = 1_000_000
"""Enough for text of usual pages to stay apart, little enough to look at in milliseconds."""
_WINDOW = 31
"""Pixels of the small copy: wider than strokes, narrower than shadows and creases."""
_LEAST_RANGE = 16
"""Grey levels within a window below which there is only paper grain and sensor noise."""
_SIDE_OF_LINE, _SHORT_SIDE_OF_LINE = 0.58, 0.48
"""Typical side, and short side, of a letter's box over its line's height, on printed receipts."""


@dataclass(frozen=True)
class Overview:
    """What the measures of `assess` look at."""

    luma: Luma
    small: Luma
    scale: float
    """Pixels of the upload for one of the small copy, at least 1."""

    @classmethod
    def of(cls, image: RgbImage) -> Self:
        luma = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        height, width = luma.shape[0], luma.shape[1]
        # Whole numbers are four times as fast, and cost at most a few pixels at the far border.
        scale = max(1, min(round((height * width / _SMALL_PIXELS) ** 0.5), height, width))
        size = (width // scale, height // scale)
        whole = luma[: size[1] * scale, : size[0] * scale]
        small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA) if scale > 1 else luma
        return cls(luma, np.asarray(small, dtype=np.uint8), float(scale))

    @cached_property
    def ink(self) -> NDArray[np.uint8]:
        """1 where a pixel of the small copy stands out from its surroundings, dark or light.

        Ink is the minority of a window: darker than the paper, or lighter on a dark screen.
        """
        small = self.small.astype(np.int16)
        kernel = np.ones((_WINDOW, _WINDOW), np.uint8)
        highest = cv2.dilate(self.small, kernel).astype(np.int16)
        lowest = cv2.erode(self.small, kernel).astype(np.int16)
        mean = cv2.blur(self.small, (_WINDOW, _WINDOW)).astype(np.int16)
        span = highest - lowest
        ink_is_dark = 2 * mean > highest + lowest
        away = np.where(ink_is_dark, mean - small, small - mean)
        return np.asarray((4 * away > span) & (span >= _LEAST_RANGE), dtype=np.uint8)

    @cached_property
    def near_ink(self) -> NDArray[np.uint8]:
        """Mask of the small copy: marks and the paper right around them."""
        near = np.zeros(self.small.shape, dtype=np.uint8)
        for left, top, width, height in self.marks.astype(int):
            near[max(top - 1, 0) : top + height + 1, max(left - 1, 0) : left + width + 1] = 1
        return near

    @cached_property
    def marks(self) -> Marks:
        """Boxes of ink that could be a letter or a word: no specks, no frames, no long rules."""
        _, _, boxes, _ = cv2.connectedComponentsWithStats(self.ink)
        _, _, width, height, area = boxes[1:].T
        short, long = np.minimum(width, height), np.maximum(width, height)
        largest = max(self.small.shape) / 8
        likely = (area >= 6) & (short >= 3) & (short <= largest) & (long <= 12 * short)
        filled = area >= 0.12 * width * height
        return np.asarray(boxes[1:, :4][likely & filled], dtype=np.float64)

    @cached_property
    def text_height(self) -> float | None:
        """About how tall a text line is, in pixels of the upload; None without marks."""
        if len(self.marks) == 0:
            return None
        width, height = self.marks[:, 2], self.marks[:, 3]
        area = width * height
        # Blur melts letters into words: then the short side is nearer to the truth.
        side = _weighted_median(np.sqrt(area), area) / _SIDE_OF_LINE
        short = _weighted_median(np.minimum(width, height), area) / _SHORT_SIDE_OF_LINE
        return min(side, short) * self.scale


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The middle of the values, each counted by its weight: specks are many, letters cover more."""
    order = np.argsort(values)
    halfway = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(values[order][halfway])
