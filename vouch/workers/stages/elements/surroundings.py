"""What stands around a box: what holds it, what it holds, its likes, and the words beside it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vouch.workers.stages.elements.canvas import Canvas, Colour, Floats
from vouch.workers.stages.elements.proposals import Proposal
from vouch.workers.stages.elements.runs import Run

_FAR = 9.0
"""Of a gap to words that are not there, or further off, in word heights."""
_ALIKE = 0.12
"""Difference of sizes of things that are of one kind."""
_HELD = 0.9
"""Share of a box that must lie in another to be held by it."""
_SAME_PAINT = 0.09
"""Difference of colours that are one to the eye, edges smoothed or not."""
_SMALL = 4.0
"""Word heights up to which a box may be something that one presses."""


def surroundings(
    canvas: Canvas, runs: Sequence[Run], found: Sequence[Proposal]
) -> list[dict[str, float]]:
    """Numbers of each box."""
    if not found:
        return []
    boxes = np.array([one.box for one in found], np.float32)
    words = np.array([run.box for run in runs], np.float32).reshape(-1, 4)
    places = {id(run): place for place, run in enumerate(runs)}
    own = [None if one.run is None else places[id(one.run)] for one in found]
    is_words = np.array([one.run is not None for one in found])
    nested, alike = _nesting(boxes, is_words), _alike(boxes / canvas.unit)
    beside = _beside(boxes / canvas.unit, words / canvas.unit, own)
    painted = _painted(boxes / canvas.unit, found, is_words)
    return [
        {
            name: float(values[number])
            for name, values in {**nested, **alike, **beside, **painted}.items()
        }
        for number in range(len(found))
    ]


def _nesting(boxes: Floats, is_words: NDArray[np.bool_]) -> dict[str, Floats]:
    """By boxes that are no words: how many hold it, how much of the next one it fills."""
    areas = np.maximum(boxes[:, 2] - boxes[:, 0], 1) * np.maximum(boxes[:, 3] - boxes[:, 1], 1)
    lefts = np.maximum(boxes[:, None, 0], boxes[None, :, 0])
    tops = np.maximum(boxes[:, None, 1], boxes[None, :, 1])
    rights = np.minimum(boxes[:, None, 2], boxes[None, :, 2])
    bottoms = np.minimum(boxes[:, None, 3], boxes[None, :, 3])
    shared = np.clip(rights - lefts, 0, None) * np.clip(bottoms - tops, 0, None)
    holds = (shared / areas[:, None] >= _HELD) & (areas[None, :] > 1.1 * areas[:, None])
    holds[:, is_words] = False  # words hold nothing
    sizes = np.where(holds, areas[None, :], np.inf)
    holder = sizes.argmin(axis=1)
    is_held = np.isfinite(sizes.min(axis=1))
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    contents = holds[~is_words].sum(axis=0)
    return {
        "holders": holds.sum(axis=1).astype(np.float32),
        "holds": contents.astype(np.float32),
        "of_holder": np.where(is_held, areas / areas[holder], 0).astype(np.float32),
        "of_holder_height": np.where(is_held, heights / heights[holder], 0).astype(np.float32),
        "of_holder_width": np.where(is_held, widths / widths[holder], 0).astype(np.float32),
        "in_holder": np.where(is_held, contents[holder], 0).astype(np.float32),
    }


def _alike(boxes: Floats) -> dict[str, Floats]:
    """How many boxes of the same size stand in the same column, and in the same row."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    same_high = np.abs(high[:, None] - high[None]) <= _ALIKE * high[:, None]
    same_wide = np.abs(wide[:, None] - wide[None]) <= _ALIKE * wide[:, None]
    same_left = np.abs(boxes[:, None, 0] - boxes[None, :, 0]) <= _ALIKE
    same_top = np.abs(boxes[:, None, 1] - boxes[None, :, 1]) <= _ALIKE
    return {
        "alike_below": (same_high & same_wide & same_left).sum(axis=1).astype(np.float32) - 1,
        "alike_beside": (same_high & same_top).sum(axis=1).astype(np.float32) - 1,
        "alike": (same_high & same_wide).sum(axis=1).astype(np.float32) - 1,
    }


def _painted(
    boxes: Floats, found: Sequence[Proposal], is_words: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Where else its colour is used, ink for words and fill for boxes: links share an accent."""
    paints = np.array([_paint(one) for one in found], np.float32) / 255.0
    same = np.abs(paints[:, None] - paints[None]).max(axis=2) <= _SAME_PAINT
    high = boxes[:, 3] - boxes[:, 1]
    small = (high <= _SMALL) & ~is_words
    kin = same & (is_words[:, None] == is_words[None])
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    in_row = np.abs(middles[:, None] - middles[None]) <= 0.3
    in_column = np.abs(boxes[:, None, 0] - boxes[None, :, 0]) <= 0.3
    return {
        "paint_of_words": same[:, is_words].sum(axis=1) / max(int(is_words.sum()), 1),
        "paint_of_boxes": same[:, small].sum(axis=1).astype(np.float32),
        "paint_in_row": (kin & in_row).sum(axis=1).astype(np.float32) - 1,
        "paint_in_column": (kin & in_column).sum(axis=1).astype(np.float32) - 1,
    }


def _paint(one: Proposal) -> Colour:
    if one.run is not None:
        return one.run.ink
    return one.region.colour if one.region is not None else np.zeros(3, np.float32)


def _beside(boxes: Floats, words: Floats, own: Sequence[int | None]) -> dict[str, Floats]:
    """Gaps to the next words at the right, left, above and below, in word heights."""
    if len(words) == 0:
        empty = np.full(len(boxes), _FAR, np.float32)
        return dict.fromkeys(("right", "left", "above", "below", "above_flush"), empty)
    gaps = {
        "right": words[None, :, 0] - boxes[:, None, 2],
        "left": boxes[:, None, 0] - words[None, :, 2],
        "above": boxes[:, None, 1] - words[None, :, 3],
        "below": words[None, :, 1] - boxes[:, None, 3],
    }
    shared_rows = _overlapping(boxes[:, 1::2], words[:, 1::2])
    shared_columns = _overlapping(boxes[:, 0::2], words[:, 0::2])
    near: dict[str, Floats] = {}
    for side, gap in gaps.items():
        rows = shared_rows if side in ("right", "left") else shared_columns
        is_there = rows & (gap > -0.3)
        for number, index in enumerate(own):
            if index is not None:
                is_there[number, index] = False
        near[side] = np.where(is_there, np.minimum(gap, _FAR), _FAR).min(axis=1).astype(np.float32)
    lefts = np.abs(words[None, :, 0] - boxes[:, None, 0]) <= 0.6
    above = lefts & (gaps["above"] > -0.3)
    near["above_flush"] = (
        np.where(above, np.minimum(gaps["above"], _FAR), _FAR).min(axis=1).astype(np.float32)
    )
    return near


def _overlapping(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Which intervals share a good part of the shorter one."""
    common = np.minimum(one[:, None, 1], other[None, :, 1]) - np.maximum(
        one[:, None, 0], other[None, :, 0]
    )
    shorter = np.minimum((one[:, 1] - one[:, 0])[:, None], (other[:, 1] - other[:, 0])[None])
    return np.asarray(common >= 0.5 * shorter)
