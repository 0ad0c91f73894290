"""The white between columns, over all lines of a table at once."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from vouch.workers.stages.readers.generic.pieces import Strip, usual_height

_CORRIDOR = 0.25
"""Least width of the white between two columns, in text heights."""
_CROSSING = 0.15
"""Share of the lines that may reach over the white between two columns."""


def corridors(strips: Sequence[Strip]) -> list[float]:
    """The middles of the stretches that are white in nearly all lines."""
    boxes = [piece.bbox for strip in strips for piece in strip.pieces]
    if not boxes:
        return []
    most = int(_CROSSING * len(strips))
    least = _CORRIDOR * usual_height(strips)
    places = sorted({side for box in boxes for side in (box.left, box.right)})
    stretches = [
        (left, right, sum(box.left < right and left < box.right for box in boxes))
        for left, right in pairwise(places)
    ]
    middles = []
    for is_white, run in groupby(stretches, key=lambda one: one[2] <= most):
        own = list(run)
        if is_white and own[-1][1] - own[0][0] >= least:
            middles.append(_clearest(own))
    return middles


def _clearest(stretches: Sequence[tuple[float, float, int]]) -> float:
    """The middle of the widest part of a corridor that the fewest lines reach over."""
    fewest = min(crossing for _, _, crossing in stretches)
    left, right, _ = max(
        (one for one in stretches if one[2] == fewest), key=lambda one: one[1] - one[0]
    )
    return (left + right) / 2
