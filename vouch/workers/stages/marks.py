"""The stage `segment`, of a screenshot: coloured signs beside its texts, and texts in colour.

A red disc, a yellow triangle or a red ground says that something went wrong in every language.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox
from vouch.schemas.job import Options
from vouch.schemas.routing import AUTO
from vouch.schemas.text import Hue, Mark, Token
from vouch.workers.images import RgbImage

_SCHEMAS = ("error_screenshot", AUTO)
_HUES: Mapping[Hue, tuple[tuple[int, int], ...]] = {
    "red": ((0, 9), (169, 180)),
    "amber": ((10, 33),),
    "green": ((38, 85),),
    "blue": ((92, 128),),
}
"""Degrees of the colour circle, halved, as OpenCV counts them."""
_STRONG = (105, 90)
"""Saturation and brightness of a sign, of 255."""
_SIZES = (0.5, 6.0)
"""Heights of a sign, in heights of a usual word."""
_LONGEST = 1.7
"""Longer side of a sign over its shorter one."""
_FULL = 0.15
"""Least share of its box that a sign fills: a cross of thin strokes."""
_TINT = 13
"""Levels between the colours of a ground, from which on it is no grey."""
_INK = 70
"""The same of letters."""
_WORD = 3
"""Letters from which on what OCR reads at a sign's place is a word, and the sign a part of it."""


def wants_marks(options: Options, page: Page) -> bool:
    """Whether a page's marks can matter to what is asked: a PDF's page is no screenshot."""
    return options.json_schema is None and options.schema_name in _SCHEMAS and page.dpi is None


def marks_of(image: RgbImage, tokens: Sequence[Token]) -> tuple[Mark, ...]:
    """What stands out by its colour on an upright page; nothing where nothing is printed."""
    if not tokens:
        return ()
    unit = median(token.bbox.height for token in tokens)
    words = [one.bbox for one in tokens if sum(map(str.isalnum, one.text)) >= _WORD]
    return (*_plain(_signs(image, unit), words), *_toned(image, tokens))


def _signs(image: RgbImage, unit: float) -> list[Mark]:
    """Compact spots of one strong colour."""
    # antialiased rims and thin strokes keep a sign whole at any scale
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    return [mark for hue in _HUES for mark in _spots(_mask(hsv, hue), hue, unit)]


def _mask(hsv: NDArray[np.uint8], hue: Hue) -> NDArray[np.uint8]:
    masks = [cv2.inRange(hsv, (first, *_STRONG), (last, 255, 255)) for first, last in _HUES[hue]]
    return np.asarray(np.bitwise_or.reduce(masks), np.uint8)


def _spots(mask: NDArray[np.uint8], hue: Hue, unit: float) -> Iterator[Mark]:
    _, _, spots, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, wide, high, filled = spots[1:].T
    longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
    least, most = (size * unit for size in _SIZES)
    fits = (shorter >= least) & (longer <= most) & (longer <= _LONGEST * shorter)
    for at in np.flatnonzero(fits & (filled >= _FULL * wide * high)):
        x, y = float(left[at]), float(top[at])
        box = Bbox(left=x, top=y, right=x + float(wide[at]), bottom=y + float(high[at]))
        yield Mark(kind="sign", hue=hue, bbox=box)


def _plain(signs: Sequence[Mark], words: Sequence[Bbox]) -> Iterator[Mark]:
    """Signs that are neither letters, nor parts of a logo, nor drawn again: controls, lists."""
    for one in signs:
        others = [other for other in signs if other is not one]
        joined = any(_is_joined(one, other) or _is_twin(one, other) for other in others)
        if not joined and not any(_shares(one.bbox, word) for word in words):
            yield one


def _is_joined(one: Mark, other: Mark) -> bool:
    """A logo has several colours side by side."""
    return other.hue != one.hue and _gap(one.bbox, other.bbox) < one.bbox.height / 2


def _is_twin(one: Mark, other: Mark) -> bool:
    """The same sign in the same column, or in the same row."""
    high, size = one.bbox.height, other.bbox.height
    (x, y), (column, row) = one.bbox.centre, other.bbox.centre
    alike = other.hue == one.hue and abs(high - size) <= 0.15 * high
    return alike and min(abs(x - column), abs(y - row)) < 0.3 * high


def _shares(one: Bbox, word: Bbox) -> bool:
    """Whether a spot is a letter of a word, or the box around it."""
    return one.containment(word) >= 0.5 or word.containment(one) >= 0.8


def _gap(one: Bbox, other: Bbox) -> float:
    across = max(other.left - one.right, one.left - other.right)
    down = max(other.top - one.bottom, one.top - other.bottom)
    return max(across, down)


def _toned(image: RgbImage, tokens: Sequence[Token]) -> Iterator[Mark]:
    """Runs of words in colour, and on a coloured ground."""
    for _, run in groupby(tokens, key=lambda token: token.run):
        box = Bbox.union(token.bbox for token in run)
        pixels = _pixels(image, box)
        if pixels.size:
            ground = np.median(np.concatenate((pixels[0], pixels[-1])), axis=0)
            yield from _named("ground", ground, _TINT, box)
            yield from _named("ink", _ink(pixels.reshape(-1, 3), ground), _INK, box)


def _pixels(image: RgbImage, box: Bbox) -> RgbImage:
    top, left = max(round(box.top), 0), max(round(box.left), 0)
    return image[top : round(box.bottom), left : round(box.right)]


def _ink(pixels: RgbImage, ground: NDArray[np.float64]) -> NDArray[np.float64]:
    """The colour that is farthest from the ground: of the strokes, not of their rims."""
    far = np.abs(pixels - ground).sum(axis=1)
    return np.asarray(np.median(pixels[far >= 0.8 * far.max()], axis=0))


def _named(kind: str, colour: NDArray[np.float64], least: int, box: Bbox) -> Iterable[Mark]:
    if colour.max() - colour.min() < least:
        return ()
    degrees = int(cv2.cvtColor(np.array([[colour]], np.uint8), cv2.COLOR_RGB2HSV)[0, 0, 0])
    return [
        Mark.model_validate({"kind": kind, "hue": hue, "bbox": box})
        for hue, spans in _HUES.items()
        if any(first <= degrees <= last for first, last in spans)
    ]
