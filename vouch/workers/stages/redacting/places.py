"""Where characters stand inside a token: with room for what nobody knows of the font."""

import math
from collections.abc import Sequence

from vouch.schemas.geometry import Point, Polygon
from vouch.schemas.text import PageLayout, Token
from vouch.workers.stages.evidence import around_words
from vouch.workers.stages.redacting.page_text import Piece

_NARROW = frozenset("iIjl1.,:;|!'`/\\()[]{}tfr-\"")
_WIDE = frozenset("mwMW@%&")
_ABOVE_AND_BELOW = 0.18
"""Of the text's height: boxes of OCR cut the ends off y and g."""
_AT_AN_END = 0.6
"""Of a character's width, beyond the first or last character of a token."""
_INSIDE, _LOST, _SHORT = 0.9, 0.12, 20
"""The same where a token goes on. Of one that is longer than this OCR loses characters, and where
the others stand is known the less the more there are."""
_DRIFT, _STEADY = 0.02, 40
"""Characters by which places drift for each character of a line beyond so many."""


def polygon_of(pieces: Sequence[Piece], layout: PageLayout) -> Polygon:
    """Around parts of tokens of one line, in pixels of the upright frame."""
    tokens = layout.tokens.tokens
    parts = [_part(tokens[one.token], one, _drift(tokens[one.token], tokens)) for one in pieces]
    return _grown(around_words(parts))


def _drift(token: Token, tokens: Sequence[Token]) -> float:
    """Characters by which a place inside a token may be off, because of the line it stands in."""
    signs = sum(len(other.text) for other in tokens if other.run == token.run)
    return _DRIFT * max(signs - _STEADY, 0)


def drawn_out(polygon: Polygon, layout: PageLayout, *, before: bool, after: bool) -> Polygon:
    """A line's part of a secret that goes on over lines: it fills them from edge to edge.

    OCR reads long runs of random signs badly, and loses some at either end.
    """
    left = min(line.bbox.left for line in layout.lines)
    right = max(line.bbox.right for line in layout.lines)
    upper_left, upper_right, lower_right, lower_left = polygon
    if before:
        upper_left = (min(upper_left[0], left), upper_left[1])
        lower_left = (min(lower_left[0], left), lower_left[1])
    if after:
        upper_right = (max(upper_right[0], right), upper_right[1])
        lower_right = (max(lower_right[0], right), lower_right[1])
    return (upper_left, upper_right, lower_right, lower_left)


def _part(token: Token, piece: Piece, drift: float) -> Token:
    """A piece of a token, whether its characters are equally wide or not: both guesses together."""
    if len(token.polygon) != 4:
        return token
    count = max(len(token.text), 1)
    proportional = _proportions(token.text)
    first = min(piece.first / count, proportional[piece.first])
    last = max(piece.last / count, proportional[piece.last])
    inside = _INSIDE + _LOST * max(count - _SHORT, 0) + drift
    before = (_AT_AN_END if piece.first == 0 else inside) / count
    after = (_AT_AN_END if piece.last == count else inside) / count
    upper_left, upper_right, lower_right, lower_left = token.polygon
    polygon = (
        _between(upper_left, upper_right, first - before),
        _between(upper_left, upper_right, last + after),
        _between(lower_left, lower_right, last + after),
        _between(lower_left, lower_right, first - before),
    )
    return token.model_copy(update={"polygon": polygon})


def _proportions(text: str) -> list[float]:
    """Where each character begins, and the last one ends, as shares of a printed word's width."""
    ends = [0.0]
    for char in text:
        ends.append(ends[-1] + _width(char))
    return [end / max(ends[-1], 1e-6) for end in ends]


def _width(char: str) -> float:
    if char in _NARROW:
        return 0.5
    if char in _WIDE:
        return 1.5
    return 1.15 if char.isupper() else 1.0


def _grown(polygon: Polygon) -> Polygon:
    """The rectangle made higher, along its own sides."""
    upper_left, upper_right, lower_right, lower_left = polygon
    return (
        _between(upper_left, lower_left, -_ABOVE_AND_BELOW),
        _between(upper_right, lower_right, -_ABOVE_AND_BELOW),
        _between(upper_right, lower_right, 1 + _ABOVE_AND_BELOW),
        _between(upper_left, lower_left, 1 + _ABOVE_AND_BELOW),
    )


def _between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def height_of(token: Token) -> float:
    """Of the print, in pixels, however it leans."""
    (left, top), (x, y) = token.polygon[0], token.polygon[-1]
    return math.hypot(x - left, y - top)


def pitch_of(token: Token) -> float:
    """How wide a character of a token is, in pixels, however it leans."""
    (left, top), (x, y) = token.polygon[0], token.polygon[1]
    return math.hypot(x - left, y - top) / max(len(token.text), 1)
