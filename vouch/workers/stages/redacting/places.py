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
_INSIDE = 0.9
"""The same where a token goes on."""


def polygon_of(pieces: Sequence[Piece], layout: PageLayout) -> Polygon:
    """Around parts of tokens of one line, in pixels of the upright frame."""
    tokens = layout.tokens.tokens
    return _grown(around_words([_part(tokens[piece.token], piece) for piece in pieces]))


def _part(token: Token, piece: Piece) -> Token:
    """A piece of a token, whether its characters are equally wide or not: both guesses together."""
    if len(token.polygon) != 4:
        return token
    count = max(len(token.text), 1)
    proportional = _proportions(token.text)
    first = min(piece.first / count, proportional[piece.first])
    last = max(piece.last / count, proportional[piece.last])
    before = (_AT_AN_END if piece.first == 0 else _INSIDE) / count
    after = (_AT_AN_END if piece.last == count else _INSIDE) / count
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
