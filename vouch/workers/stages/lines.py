"""Tokens to printed rows, following the slope and bend that the paper has where the row stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Point
from vouch.schemas.text import Token

Floats = NDArray[np.float64]

_NEIGHBOURHOOD = 6.0
"""Over how many text heights the paper's slope is taken to be the same."""
_LEAST_OVERLAP = 0.5
"""Share of the smaller run's height that two runs of one row have in common."""
_LONG = 3.0
"""A run of this many heights is long enough for its own slope to mean something."""


@dataclass(frozen=True, slots=True)
class Runs:
    """OCR runs as axes through the middle of their text; arrays of length n, pixels."""

    tokens: tuple[tuple[int, ...], ...]
    left: Floats
    """(n, 2): where the axis begins."""
    right: Floats
    """(n, 2): where it ends."""
    height: Floats

    @property
    def length(self) -> Floats:
        return np.asarray(np.hypot(*(self.right - self.left).T))


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _thickness(token: Token) -> float:
    top_left, top_right, bottom_right, bottom_left = token.polygon[:4]
    left = np.hypot(bottom_left[0] - top_left[0], bottom_left[1] - top_left[1])
    right = np.hypot(bottom_right[0] - top_right[0], bottom_right[1] - top_right[1])
    return float(left + right) / 2


def measure_runs(tokens: Sequence[Token]) -> Runs:
    """The runs of a page, measured from the quadrilaterals of their words."""
    members: dict[int, list[int]] = {}
    for index, token in enumerate(tokens):
        members.setdefault(token.run, []).append(index)
    runs = [sorted(run, key=lambda index: tokens[index].bbox.left) for run in members.values()]
    ends = [(tokens[run[0]].polygon, tokens[run[-1]].polygon) for run in runs]
    return Runs(
        tokens=tuple(tuple(run) for run in runs),
        left=np.array([_middle(first[0], first[3]) for first, _ in ends], float).reshape(-1, 2),
        right=np.array([_middle(last[1], last[2]) for _, last in ends], float).reshape(-1, 2),
        height=np.array([np.median([_thickness(tokens[i]) for i in run]) for run in runs]).clip(1),
    )


def local_slopes(runs: Runs) -> Floats:
    """(n,): rise of the text, dy/dx, around each run: weighted median over its long neighbours."""
    across = runs.right[:, 0] - runs.left[:, 0]
    usable = across > _LONG * runs.height
    if not usable.any():
        return np.zeros(len(across))
    slopes = (runs.right[usable, 1] - runs.left[usable, 1]) / across[usable]
    middle = (runs.left[:, 1] + runs.right[:, 1]) / 2
    reach = _NEIGHBOURHOOD * np.median(runs.height)
    distance = (middle[:, None] - middle[None, usable]) / reach
    weights = across[usable] * np.maximum(np.exp(-0.5 * distance**2), 1e-9)
    order = np.argsort(slopes)
    cumulative = np.cumsum(weights[:, order], axis=1)
    half = (cumulative >= cumulative[:, -1:] / 2).argmax(axis=1)
    return np.asarray(slopes[order][half])


def _link_costs(runs: Runs, slopes: Floats) -> Floats:
    """(n, n): cost of run j following run i on one row; inf where it cannot."""
    gap = runs.left[None, :, 0] - runs.right[:, None, 0]
    slope = (slopes[:, None] + slopes[None, :]) / 2
    offset = runs.left[None, :, 1] - runs.right[:, None, 1] - slope * gap
    smaller = np.minimum(runs.height[:, None], runs.height[None, :])
    overlap = (runs.height[:, None] + runs.height[None, :]) / 2 - np.abs(offset)
    extent = max(float(runs.right[:, 0].max() - runs.left[:, 0].min()), 1.0)
    cost = np.abs(offset) / smaller + 0.5 * np.maximum(gap, 0) / extent
    rows = (overlap >= _LEAST_OVERLAP * smaller) & (gap > -smaller / 2)
    forward = runs.right[None, :, 0] > runs.right[:, None, 0]
    upright = np.abs(runs.right - runs.left)
    level = upright[:, 0] >= upright[:, 1]
    return np.asarray(np.where(rows & forward & level[:, None] & level[None, :], cost, np.inf))


def _chains(costs: Floats) -> list[list[int]]:
    """Cheapest links first; each run has one follower and follows one."""
    count = len(costs)
    follower = dict.fromkeys(range(count), -1)
    taken = [False] * count
    sources, targets = np.nonzero(np.isfinite(costs))
    for index in np.argsort(costs[sources, targets], kind="stable"):
        source, target = int(sources[index]), int(targets[index])
        if follower[source] < 0 and not taken[target]:
            follower[source], taken[target] = target, True
    chains = []
    for start in (index for index in range(count) if not taken[index]):
        chain = [start]
        while follower[chain[-1]] >= 0:
            chain.append(follower[chain[-1]])
        chains.append(chain)
    return chains


def printed_rows(tokens: Sequence[Token]) -> list[list[int]]:
    """Token indices of each printed row, left to right; rows from top to bottom.

    Runs are chained left to right: the next run must meet the axis of the one before it when both
    are drawn out along the paper's local slope, by half the height of the smaller one at least.
    """
    if not tokens:
        return []
    runs = measure_runs(tokens)
    slopes = local_slopes(runs)
    chains = _chains(_link_costs(runs, slopes))
    tilt = float(np.average(slopes, weights=runs.length + 1e-6))
    middle = (runs.left + runs.right) / 2
    depth = middle[:, 1] - tilt * middle[:, 0]
    weights = runs.length + 1e-6
    chains.sort(key=lambda chain: float(np.average(depth[chain], weights=weights[chain])))
    return [[index for run in chain for index in runs.tokens[run]] for chain in chains]
