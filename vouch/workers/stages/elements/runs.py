"""Words of a screen that belong together: of one row and colour, no further apart than words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, Token
from vouch.workers.stages.elements.canvas import (
    Box,
    Canvas,
    Colour,
    apart,
    colour_of,
    inside,
    whole,
)

_GAP = 0.45
"""In word heights: from this gap on, words of one row are things of their own."""
_OTHER_INK = 0.22
"""Difference from which on two words are printed in two colours."""
_STROKE = 0.12
"""Share of a word's pixels, those least like its ground, that are surely its strokes."""
_AS_DARK = 0.6
"""Share of the letters' contrast from which on a line below is their own: the frame of a field
below its label is paler."""
_UNDERLINED = 0.9
"""Share of a row of pixels below a word that must be drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Words that are one thing to the eye."""

    box: Box
    bbox: Bbox
    tokens: tuple[int, ...]
    ink: Colour
    ground: Colour
    underline: float
    """The fullest row of pixels under the words: its share that is drawn, 0 to 1."""


def runs_of(canvas: Canvas, tokens: Sequence[Token], lines: Sequence[Line]) -> tuple[Run, ...]:
    """All words of a screen, in reading order."""
    return tuple(run for line in lines for run in _of_line(canvas, tokens, line.tokens))


def _of_line(canvas: Canvas, tokens: Sequence[Token], indices: Sequence[int]) -> Iterator[Run]:
    held: list[Run] = []
    for index in indices:
        word = _word(canvas, index, tokens[index])
        if held and not _belongs(held[-1], word):
            yield _joined(canvas, held)
            held = []
        held.append(word)
    if held:
        yield _joined(canvas, held)


def _word(canvas: Canvas, index: int, token: Token) -> Run:
    box = whole(token.bbox, (canvas.height, canvas.width))
    box = inside(canvas, *box)
    ink, ground = _inks(canvas, box)
    return _run(canvas, box, (index,), ink, ground)


def _inks(canvas: Canvas, box: Box) -> tuple[Colour, Colour]:
    """The colours of a word and of what it stands on."""
    left, top, right, bottom = box
    pixels = canvas.image[top:bottom, left:right].reshape(-1, 3).astype(np.float32)
    ground = colour_of(
        canvas.image[top:bottom, left:right][canvas.flat[top:bottom, left:right] > 0]
    )
    far = np.abs(pixels - ground).max(axis=1)
    strokes = pixels[far >= np.quantile(far, 1 - _STROKE)]
    return np.median(strokes, axis=0).astype(np.float32), ground


def _underline(canvas: Canvas, box: Box, ink: Colour, ground: Colour) -> float:
    left, top, right, bottom = box
    high = bottom - top
    strip = inside(canvas, left, top + 0.6 * high, right, bottom + 0.2 * high)
    pixels = canvas.image[strip[1] : strip[3], strip[0] : strip[2]].astype(np.float32)
    limit = max(np.abs(ink - ground).max() * _AS_DARK, 1.0)
    drawn = np.abs(pixels - ground).max(axis=2) > limit
    return float(drawn.mean(axis=1).max())


def _belongs(before: Run, word: Run) -> bool:
    high = max(min(before.box[3] - before.box[1], word.box[3] - word.box[1]), 1)
    if word.box[0] - before.box[2] > _GAP * high:
        return False
    if apart(before.ink, word.ink) > _OTHER_INK or apart(before.ground, word.ground) > _OTHER_INK:
        return False
    return (before.underline >= _UNDERLINED) == (word.underline >= _UNDERLINED)


def _joined(canvas: Canvas, words: Sequence[Run]) -> Run:
    left, top, right, bottom = zip(*(word.box for word in words), strict=True)
    box = min(left), min(top), max(right), max(bottom)
    ink = np.median([word.ink for word in words], axis=0).astype(np.float32)
    ground = np.median([word.ground for word in words], axis=0).astype(np.float32)
    indices = tuple(index for word in words for index in word.tokens)
    return _run(canvas, box, indices, ink, ground)


def _run(canvas: Canvas, box: Box, tokens: tuple[int, ...], ink: Colour, ground: Colour) -> Run:
    return Run(box, Bbox.of(box), tokens, ink, ground, _underline(canvas, box, ink, ground))
