"""The stage `segment`: straight lines that are drawn along and across a page, and edges of grounds.

What parts the cells of a table, whatever its colour: a step of brightness that runs on for long.
"""

from collections.abc import Iterator, Sequence
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.routing import AUTO
from vouch.schemas.text import Token
from vouch.workers.images import RgbImage

_SCHEMAS = ("generic", AUTO)
_STEP = 8
"""Levels between a rule and its paper: light grey on white."""
_STROKE = 1.1
"""Text heights of a stroke that no letter has …"""
_CROSSED = 0.4
"""… and of what a rule across it may take away."""
_SHORTEST = 2.2
"""Text heights of a whole rule."""
_THICKEST = 0.6
"""The same of its width; thicker ones are grounds, whose edges are seen one by one."""
_LEANING = 0.015
"""How far it may lean, as a share of its length."""

Grey = NDArray[np.uint8]


def wants_rules(options: Options) -> bool:
    """Whether a page's rules can matter to what is asked."""
    return options.json_schema is None and options.schema_name in _SCHEMAS


def rules_of(image: RgbImage, tokens: Sequence[Token]) -> tuple[Bbox, ...]:
    """Thin boxes of the rules of an upright page, those along it first; none without print."""
    if not tokens:
        return ()
    unit = median(token.bbox.height for token in tokens)
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    along = _along(grey, unit)
    across = [
        Bbox(left=one.top, top=one.left, right=one.bottom, bottom=one.right)
        for one in _along(np.ascontiguousarray(grey.T), unit)
    ]
    words = [token.bbox for token in tokens]
    return tuple(rule for rule in (*along, *across) if not _is_printed(rule, words))


def _along(grey: Grey, unit: float) -> Iterator[Bbox]:
    """Rules that run from left to right."""
    steps = np.zeros_like(grey)
    steps[1:] = (cv2.absdiff(grey[1:], grey[:-1]) >= _STEP) * np.uint8(255)
    runs = cv2.dilate(steps, np.ones((3, 1), np.uint8))  # a rule that leans is a stair
    for pixels, how in ((_STROKE * unit, cv2.MORPH_OPEN), (_CROSSED * unit, cv2.MORPH_CLOSE)):
        runs = cv2.morphologyEx(runs, how, np.ones((1, max(round(pixels), 3)), np.uint8))
    _, _, spots, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for left, top, wide, high, _ in spots[1:].tolist():
        if wide >= _SHORTEST * unit and high <= max(_THICKEST * unit, _LEANING * wide):
            yield Bbox(left=left, top=top, right=left + wide, bottom=top + high)


def _is_printed(rule: Bbox, words: Sequence[Bbox]) -> bool:
    """Whether it is a stroke of a large letter."""
    return any(rule.containment(word) > 0.8 for word in words)
