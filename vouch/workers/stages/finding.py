"""Where text runs stand, looked for at the scale at which they can be seen."""

from collections.abc import Sequence

import numpy as np

from vouch.schemas.geometry import Polygon
from vouch.workers.images import RgbImage
from vouch.workers.protocols import OcrEngine

_FIRST_LOOK = 1280
"""Pixels of the page's longer side when runs are looked for first."""
_SMALL = 14.0
"""Runs lower than this, in pixels of the first look, are found badly: look again, closer."""
_COMFORTABLE = 20.0
_CLOSEST = 2.0
"""How much larger the second look is at most: its cost grows with the square."""


def find_runs(image: RgbImage, engine: OcrEngine) -> tuple[Polygon, ...]:
    """Quadrilaterals around the runs, in pixels of `image`.

    A page is looked at twice when the first look finds small text: dense pages, long receipts.
    """
    runs = engine.detect(image, _FIRST_LOOK)
    if not runs:
        return ()
    scale = _FIRST_LOOK / max(image.shape[:2])
    height = float(np.median([min(run_size(run)) for run in runs])) * scale
    if height >= _SMALL:
        return runs
    return engine.detect(image, round(_FIRST_LOOK * min(_COMFORTABLE / height, _CLOSEST)))


def run_size(run: Polygon) -> tuple[float, float]:
    """Width and height of a run, in pixels, whichever way it stands: means of facing sides."""
    corners = np.asarray(run, float)
    top, right, bottom, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    return float(top + bottom) / 2, float(right + left) / 2


def longest_runs(runs: Sequence[Polygon], count: int) -> list[Polygon]:
    """The runs with the most text, judged by their length in text heights, longest first."""

    def length(run: Polygon) -> float:
        shorter, longer = sorted(run_size(run))
        return longer / max(shorter, 1.0)

    return sorted(runs, key=length, reverse=True)[:count]
