"""How far text lines are from level, before anything is read.

Letters of a line stand on one baseline. Seen along the right direction, their feet fall into few
rows; the direction with the sharpest histogram wins (projection profile: Postl, US patent
4,723,297).
"""

import numpy as np
from numpy.typing import NDArray

from vouch.workers.stages.overview import Marks

_FURTHEST = 20.0
"""Degrees to either side that are tried."""
_COARSE, _FINE = 1.0, 0.1
_MOST_MARKS = 1500
_LEAST_MARKS = 20
_PEAK = 1.25
"""How much sharper than the average direction the best one must be: else no lines were seen."""


def skew_of(marks: Marks) -> float | None:
    """Degrees by which lines rise (+) or fall (−), upright or sideways; None when none are seen."""
    letters = _letters(marks)
    if len(letters) < _LEAST_MARKS:
        return None
    left, top, width, height = letters.T
    bin_height = max(float(np.median(height)) / 3, 1.0)
    level = _best(left + width / 2, top + height, bin_height)
    sideways = _best(top + height / 2, -left, bin_height)
    sharpness, angle = max(level, sideways)
    return round(angle, 2) + 0.0 if sharpness >= _PEAK else None


def _letters(marks: Marks) -> Marks:
    """Marks of about the size of most: not specks, not headlines; an even sample of them."""
    size = np.maximum(marks[:, 2], marks[:, 3])
    usual = np.median(size) if len(size) else 0.0
    letters = marks[(size > 0.6 * usual) & (size < 2.0 * usual)]
    return letters[:: max(1, len(letters) // _MOST_MARKS)]


def _best(x: NDArray[np.float64], y: NDArray[np.float64], bin_height: float) -> tuple[float, float]:
    """How sharp the best direction is against the average one, and its angle."""
    angles = np.arange(-_FURTHEST, _FURTHEST + _COARSE, _COARSE)
    scores = [_sharpness(x, y, angle, bin_height) for angle in angles.tolist()]
    around = float(angles[int(np.argmax(scores))])
    finer = np.arange(around - _COARSE, around + _COARSE + _FINE, _FINE)
    fine_scores = [_sharpness(x, y, angle, bin_height) for angle in finer.tolist()]
    return max(fine_scores) / float(np.mean(scores)), float(finer[int(np.argmax(fine_scores))])


def _sharpness(
    x: NDArray[np.float64], y: NDArray[np.float64], degrees: float, bin_height: float
) -> float:
    """Mean square of the histogram of feet along one direction."""
    theta = np.radians(degrees)
    rows = (y * np.cos(theta) + x * np.sin(theta)) / bin_height
    counts = np.bincount((rows - rows.min()).astype(int))
    return float((counts.astype(float) ** 2).sum())
