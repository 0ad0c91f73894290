"""Turning a page so that its text runs left to right."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from vouch.schemas.geometry import Bbox, Polygon, Transform
from vouch.workers.images import RgbImage
from vouch.workers.protocols import OcrEngine
from vouch.workers.stages.finding import longest_runs, run_size

Turn = Literal[0, 90, 180, 270]
"""Degrees counter-clockwise by which an upload is turned to stand upright."""

_GUESSED_FROM = 8
"""Runs that the cheap guess looks at."""
_VERIFIED_BY = 4
"""Runs that are read both ways before a turn is believed."""
_CLEARLY_LONG = 1.5
"""A run this many times longer than high tells which way its text runs."""


def stand_upright(
    image: RgbImage, runs: Sequence[Polygon], engine: OcrEngine
) -> tuple[Turn, RgbImage, tuple[Polygon, ...]]:
    """How far to turn the page, the page turned, and its runs there, from top to bottom.

    An upright page pays for one cheap guess. Classifiers turn upright pictures now and then
    (PaddleOCR#16626): what they guess is believed only if OCR reads a sample of runs better for it.
    """
    first, other = _ways(runs)
    turn: Turn = first
    sample = longest_runs(runs, _GUESSED_FROM)
    if sample and engine.upside_down(*_turned(image, sample, first)) > 0.5:
        few = sample[:_VERIFIED_BY]
        scores = {way: _score(engine, *_turned(image, few, way)) for way in (first, other)}
        turn = max(scores, key=scores.__getitem__)
    upright, there = _turned(image, runs, turn)
    return turn, upright, tuple(sorted(there, key=_reading_position))


def _ways(runs: Sequence[Polygon]) -> tuple[Turn, Turn]:
    """The two turns that bring the text level: most of it tells whether it lies on its side."""
    lying = standing = 0.0
    for run in runs:
        width, height = run_size(run)
        if max(width, height) > _CLEARLY_LONG * min(width, height):
            lying, standing = lying + width, standing + height
    return (90, 270) if standing > lying else (0, 180)


def _score(engine: OcrEngine, image: RgbImage, runs: Sequence[Polygon]) -> float:
    """How surely OCR reads these runs, 0 to 1."""
    tokens = engine.recognise(image, runs)
    letters = sum(len(token.text) for token in tokens)
    return sum(token.score * len(token.text) for token in tokens) / letters if letters else 0.0


def _turned(image: RgbImage, runs: Sequence[Polygon], turn: Turn) -> tuple[RgbImage, list[Polygon]]:
    """The picture turned counter-clockwise and the runs in it, each from its new top left."""
    height, width = image.shape[:2]
    onto = Transform.from_upright(turn, width, height).inverse()
    steps = turn // 90
    turned_image = np.ascontiguousarray(np.rot90(image, steps)) if turn else image
    return turned_image, [
        tuple(onto.point(run[(corner + steps) % len(run)]) for corner in range(len(run)))
        for run in runs
    ]


def _reading_position(run: Polygon) -> tuple[float, float]:
    box = Bbox.around(run)
    return box.centre[1], box.left
