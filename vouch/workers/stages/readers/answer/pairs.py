"""Values by the words printed before or above them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout, Token
from vouch.workers.stages.readers.answer.vocabulary import Form
from vouch.workers.stages.readers.location.likeness import likeness
from vouch.workers.stages.readers.location.targets import pieces

LEAST = 0.75
"""A label less like the words asked for is another one."""
_FAR = 2.2
"""Line heights down to which a value may stand below its label."""
_WIDE = 0.65
"""Share of the page's width up to which a value may stand right of its label."""
_NUMBER = re.compile(r"[\d()+/.-]*\d[\d()+/.-]*")
"""What a number goes on with behind a space: "+49 30 555 0199"."""
_SIGNS = ":=#-–—.… "


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed value, and how surely it is the one asked for, 0 to 1."""

    page: int
    text: str
    tokens: tuple[TokenRef, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words that stand together."""

    layout: PageLayout
    indices: Sequence[int]

    @property
    def tokens(self) -> list[Token]:
        return [self.layout.tokens.tokens[index] for index in self.indices]

    @property
    def bbox(self) -> Bbox:
        return Bbox.union(token.bbox for token in self.tokens)

    def behind(self, count: int) -> "_Piece":
        """Without the first words, and signs that only lead to the value."""
        rest = list(self.indices[count:])
        while rest and not self.layout.tokens.tokens[rest[0]].text.strip(_SIGNS):
            rest.pop(0)
        return _Piece(self.layout, rest)


def readings(label: str, form: Form, layouts: Sequence[PageLayout]) -> Iterator[Reading]:
    """Every value that stands behind, right of, or below a label like this."""
    for layout in layouts:
        every = [_Piece(layout, piece) for piece in pieces(layout)]
        for piece in every:
            for count, alike in _labels(label, piece):
                yield from _values(piece, count, alike, every, form)


def _labels(label: str, piece: _Piece) -> Iterator[tuple[int, float]]:
    """How many words of the piece's start are the label, and how like it they are."""
    most = min(len(label.split()) + 2, len(piece.indices))
    for count in range(1, most + 1):
        text = " ".join(token.text for token in piece.tokens[:count])
        alike = likeness(label, text.strip(_SIGNS))
        if alike >= LEAST:
            yield count, alike


def _values(
    piece: _Piece, count: int, alike: float, every: Sequence[_Piece], form: Form
) -> Iterator[Reading]:
    ends = piece.tokens[count - 1].text.endswith(":")
    rest = piece.behind(count)
    if rest.indices:
        led = ends or len(rest.indices) < len(piece.indices) - count
        yield from _reading(rest, alike * (1.0 if led else 0.9), form)
        return
    right, below = _right_of(piece, every), _below(piece, every)
    if right:
        is_table = not ends and below is not None and _below(right, every) is not None
        yield from _reading(right, alike * (0.9 if is_table else 1.0), form)
    if below:
        yield from _reading(below, alike * 0.85, form)


def _reading(piece: _Piece, score: float, form: Form) -> Iterator[Reading]:
    """The piece's value: of amounts and dates what follows the first digit or money sign."""
    indices = list(piece.indices)
    words = [token.text for token in piece.tokens]
    if form != "text":
        first = next((at for at, word in enumerate(words) if any(map(str.isdigit, word))), None)
        if first is None:
            return
        if form == "amount" and first and not any(map(str.isalnum, words[first - 1])):
            first -= 1  # a currency's sign
        indices, words = indices[first:], words[first:]
        if form == "code":
            length = 1 + sum(1 for _ in takewhile(_NUMBER.fullmatch, words[1:]))
            indices, words = indices[:length], words[:length]
    text = " ".join(words).strip().lstrip(":= ")
    if text:
        page = piece.layout.page
        refs = tuple(TokenRef(page=page, index=index) for index in indices)
        yield Reading(page, text, refs, score)


def _right_of(piece: _Piece, every: Sequence[_Piece]) -> _Piece | None:
    """The nearest words in the same printed row."""
    box, reach = piece.bbox, _WIDE * piece.layout.tokens.width
    beside = [
        (other.bbox.left - box.right, other)
        for other in every
        if 0 <= other.bbox.left - box.right <= reach and _overlap_down(box, other.bbox) >= 0.5
    ]
    return min(beside, key=lambda found: found[0], default=(0.0, None))[1]


def _below(piece: _Piece, every: Sequence[_Piece]) -> _Piece | None:
    """The nearest words under it, that begin where it begins or lie within its width."""
    box = piece.bbox
    under = [
        (other.bbox.top - box.bottom, other)
        for other in every
        if -0.3 * box.height <= other.bbox.top - box.bottom <= _FAR * box.height
        and min(box.right, other.bbox.right) > max(box.left, other.bbox.left)
        and abs(other.bbox.left - box.left) <= 2 * box.height
    ]
    return min(under, key=lambda found: found[0], default=(0.0, None))[1]


def _overlap_down(box: Bbox, other: Bbox) -> float:
    shared = min(box.bottom, other.bottom) - max(box.top, other.top)
    return shared / max(min(box.height, other.height), 1.0)
