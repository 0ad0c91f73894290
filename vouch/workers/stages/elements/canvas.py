"""A screen's pixels as the detector sees them: where they are flat, where something is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Token
from vouch.workers.images import RgbImage

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are just outside."""
Floats = NDArray[np.float32]
Colour = Floats
"""Red, green, blue, 0 to 255."""
Mask = NDArray[np.uint8]
Sums = NDArray[np.int32]
"""Of a mask, above and left of each pixel: any box is counted in four steps."""

_STEP = 5
"""Levels between neighbours from which on something ends: a pale border on white has ten."""
_NOISE = 3.0
"""Times the usual step between neighbours that are not equal: lossy files ripple."""
_FALLBACK = 16.0
"""Pixels of a word's height where there is no word."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """One screen. Arrays are (height, width)."""

    image: RgbImage
    flat: Mask
    """1 where a pixel is like its right and its lower neighbour."""
    down: Mask
    """1 where a pixel differs from its lower neighbour."""
    ink: Sums
    """Of what is not flat."""
    free: Sums
    """Of what is neither flat nor part of a word."""
    unit: float
    """Height of a usual word in pixels: all sizes are told in it."""

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        return int(self.image.shape[0])


def canvas_of(image: RgbImage, tokens: Sequence[Token]) -> Canvas:
    """What the detector measures once for a whole screen."""
    right, down = _steps(image)
    step = _threshold(right, down)
    is_right, is_down = right > step, down > step
    drawn = (is_right | is_down).astype(np.uint8)
    free = drawn.copy()
    for token in tokens:
        left, top, end, bottom = whole(token.bbox, free.shape)
        free[top:bottom, left:end] = 0
    return Canvas(
        image=image,
        flat=1 - drawn,
        down=is_down.astype(np.uint8),
        ink=cv2.integral(drawn),
        free=cv2.integral(free),
        unit=median([token.bbox.height for token in tokens]) if tokens else _FALLBACK,
    )


def _steps(image: RgbImage) -> tuple[Mask, Mask]:
    """The largest difference of a colour to the right and to the lower neighbour."""
    # the last ones are their own neighbours
    right = np.concatenate((image[:, 1:], image[:, -1:]), axis=1)
    down = np.concatenate((image[1:], image[-1:]))
    return cv2.absdiff(image, right).max(axis=2), cv2.absdiff(image, down).max(axis=2)


def _threshold(right: Mask, down: Mask) -> float:
    """A drawn picture has neighbours that are equal; a lossy one ripples everywhere."""
    steps = np.concatenate((right[::7, ::7].ravel(), down[::7, ::7].ravel()))
    return max(float(_STEP), _NOISE * float(np.median(steps)))


def count(sums: Sums, box: Box) -> int:
    """How many pixels of a mask lie in a box that is inside the picture."""
    left, top, right, bottom = box
    both = int(sums[bottom, right]) - int(sums[top, right])
    return both - int(sums[bottom, left]) + int(sums[top, left])


def area(box: Box) -> int:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def inside(canvas: Canvas, left: float, top: float, right: float, bottom: float) -> Box:
    """A box cut off at the picture's edges, one pixel wide and high at least."""
    start = min(max(round(left), 0), canvas.width - 1)
    upper = min(max(round(top), 0), canvas.height - 1)
    end = min(max(round(right), start + 1), canvas.width)
    return start, upper, end, min(max(round(bottom), upper + 1), canvas.height)


def whole(bbox: Bbox, shape: Sequence[int]) -> Box:
    """Whole pixels of a box, inside a picture of (height, width)."""
    height, width = shape[:2]
    return (
        min(max(int(bbox.left), 0), width),
        min(max(int(bbox.top), 0), height),
        min(max(int(bbox.right) + 1, 0), width),
        min(max(int(bbox.bottom) + 1, 0), height),
    )


def colour_of(pixels: RgbImage) -> Colour:
    """The middle colour of some pixels; black where there are none."""
    flat = pixels.reshape(-1, 3)
    if len(flat) == 0:
        return np.zeros(3, np.float32)
    return np.asarray(np.median(flat[:: max(1, len(flat) // 400)], axis=0), np.float32)


def apart(one: Colour, other: Colour) -> float:
    """How far two colours differ, 0 to 1: the largest of the three differences."""
    return float(np.abs(one - other).max()) / 255.0


def saturation(colour: Colour) -> float:
    """0 for greys, 1 for the purest colours."""
    return float(colour.max() - colour.min()) / 255.0


def brightness(colour: Colour) -> float:
    return float(colour.mean()) / 255.0
