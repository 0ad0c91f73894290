"""Labels and what stands for them: after a colon, beside, or below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vouch.schemas.draft import TokenRef
from vouch.workers.stages.readers.generic.blocks import PAGE_NUMBER
from vouch.workers.stages.readers.generic.pieces import Piece, Strip, Word
from vouch.workers.stages.readers.generic.tables import Grid

_COLON = re.compile(r"[:：](?!//|\\)")
_TIME = re.compile(r"\d[:：]\d")
_MOST_LABEL = 48
"""Characters of a label; more is a sentence."""
_MOST_LABEL_WORDS = 6
_ALIGNED = 0.6
"""Text heights by which two things that stand below each other may be apart."""
_SMALLER = 0.87
"""A label above its value is printed so much smaller, if nothing else tells the two apart."""
_ADDRESS = re.compile(r"//|@|www\.")
_FAR = 24.0
"""Text heights between a label and its value, where no colon joins them."""
_UNLIKE = 1.6
_FURTHER = 1.6
"""White between two lines of one value, in text heights."""
_WIDE = 4
"""Columns from which on a row of two cells is no ordinary row."""
_LARGEST = 1.3
"""What the letters' own forms may do to that."""
_ROW_WHITE = 1.3
"""White between a label and the value below it, in text heights."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label, what stands for it, and how plainly they belong together: 0 to 1."""

    key: str
    key_words: tuple[Word, ...]
    value: str
    value_words: tuple[Word, ...]
    score: float

    @property
    def words(self) -> tuple[Word, ...]:
        return (*self.key_words, *self.value_words)


def find_pairs(strips: Sequence[Strip], grids: Sequence[Grid]) -> list[Pair]:
    """The pairs of one page, in reading order; no word is in two of them."""
    tabled = {strip.id for grid in grids for strip in grid.strips}
    free = [
        strip
        for strip in strips
        if strip.id not in tabled and not PAGE_NUMBER.fullmatch(strip.text)
    ]
    sums = [strip for grid in grids for strip in _sums(grid)]
    found = [*_by_colon(free), *_beside([*free, *sums]), *_above(free)]
    return _in_order(_apart(found), [*strips, *sums])


def _apart(found: Sequence[Pair]) -> list[Pair]:
    """The plainer one, where two pairs claim a word."""
    kept: list[Pair] = []
    taken: set[Word] = set()
    for pair in sorted(found, key=lambda pair: -pair.score):
        own = set(pair.words)
        if taken.isdisjoint(own):
            kept.append(pair)
            taken |= own
    return kept


def _in_order(pairs: Sequence[Pair], strips: Sequence[Strip]) -> list[Pair]:
    order: dict[TokenRef, int] = {}
    for strip in strips:
        for word in strip.words:
            order.setdefault(word.ref, len(order))
    return sorted(pairs, key=lambda pair: order[pair.key_words[0].ref])


def _is_label(text: str) -> bool:
    return (
        0 < len(text) <= _MOST_LABEL
        and len(text.split()) <= _MOST_LABEL_WORDS
        and any(map(str.isalpha, text))
    )


def _by_colon(strips: Sequence[Strip]) -> Iterator[Pair]:
    for number, strip in enumerate(strips):
        for place, piece in enumerate(strip.pieces):
            cut = _label_end(piece)
            if cut is None:
                continue
            key, words, rest, inside = cut
            if rest:
                yield Pair(key, words, rest, inside, 0.95)
                continue
            value = _neighbour(strip, place) or _below(strips, number, piece)
            if value is not None:
                lines = [value, *_further(strips, number, strip, value)]
                text = " ".join(line.text for line in lines)
                yield Pair(key, words, text, _words(lines), 0.9)


def _words(pieces: Sequence[Piece]) -> tuple[Word, ...]:
    return tuple(word for piece in pieces for word in piece.words)


def _label_end(piece: Piece) -> tuple[str, tuple[Word, ...], str, tuple[Word, ...]] | None:
    """Label and value of a piece with a colon: text and words of each. The value may be empty."""
    for place, word in enumerate(piece.words):
        colon = _COLON.search(word.text)
        if colon is None or _TIME.search(word.text):
            continue
        before, after = word.text[: colon.start()], word.text[colon.end() :]
        key = " ".join([*(w.text for w in piece.words[:place]), before]).strip()
        value = " ".join([after, *(w.text for w in piece.words[place + 1 :])]).strip()
        if not _is_label(key):
            return None
        keys = piece.words[: place + bool(before)]
        values = piece.words[place + (not after) :]
        return key, keys, value, values if value else ()
    return None


def _neighbour(strip: Strip, place: int) -> Piece | None:
    """The next piece of the line, if it is no label itself."""
    after = strip.pieces[place + 1 : place + 2]
    return after[0] if after and _label_end(after[0]) is None else None


def _below(strips: Sequence[Strip], number: int, label: Piece) -> Piece | None:
    """The piece right under a label that stands alone."""
    for strip in strips[number + 1 : number + 3]:
        near = strip.bbox.top - label.bbox.bottom < _ROW_WHITE * strip.height
        for piece in strip.pieces:
            aligned = abs(piece.bbox.left - label.bbox.left) < _ALIGNED * strip.height
            if near and aligned and _label_end(piece) is None:
                return piece
    return None


def _further(strips: Sequence[Strip], number: int, strip: Strip, value: Piece) -> Iterator[Piece]:
    """Lines on which a value in a column of its own goes on."""
    if value not in strip.pieces or value is strip.pieces[0]:
        return
    before, height = strip, strip.height
    for after in strips[number + 1 :]:
        first = after.pieces[0]
        under = abs(first.bbox.left - value.bbox.left) < 0.5 * height
        close = after.bbox.top - before.bbox.bottom < _FURTHER * height
        if not (len(after.pieces) == 1 and under and close) or _label_end(first):
            return
        yield first
        before = after


def _sums(grid: Grid) -> Iterator[Strip]:
    """Lines of a table that name one amount: all of two columns, the last ones of many."""
    if grid.columns == 2:
        yield from grid.strips
    if grid.columns < _WIDE:
        return
    for strip in reversed(grid.strips):
        if len(strip.pieces) != 2:
            return
        yield strip


def _beside(strips: Sequence[Strip]) -> Iterator[Pair]:
    """A label and, in the next piece of its line, a number or what stands in a column of values."""
    for number, strip in enumerate(strips):
        around = (*strips[max(number - 1, 0) : number], *strips[number + 1 : number + 2])
        for label, value in pairwise(strip.pieces):
            if not _names(label) or _label_end(value) is not None or not _reaches(label, value):
                continue
            if value.is_numeric and value.has_digit:
                yield Pair(label.text, label.words, value.text, value.words, 0.8)
            elif len(strip.pieces) == 2 and any(_alike(strip, other) for other in around):
                yield Pair(label.text, label.words, value.text, value.words, 0.6)


def _reaches(label: Piece, value: Piece) -> bool:
    """Whether the eye gets from one to the other: not too far, and of about the same size."""
    small, large = sorted((label.height, value.height))
    return value.bbox.left - label.bbox.right < _FAR * large and large < _UNLIKE * small


def _names(piece: Piece) -> bool:
    if _ADDRESS.search(piece.text) or piece.is_numeric:
        return False
    return _is_label(piece.text) and _label_end(piece) is None


def _alike(strip: Strip, other: Strip) -> bool:
    """Whether two lines have label and value in the same two columns."""
    if len(other.pieces) != 2:
        return False
    near = _ALIGNED * strip.height
    apart = (
        abs(mine.bbox.left - theirs.bbox.left)
        for mine, theirs in zip(strip.pieces, other.pieces, strict=True)
    )
    return all(distance < near for distance in apart)


def _above(strips: Sequence[Strip]) -> Iterator[Pair]:
    """A line of labels over a line of values."""
    for number, (upper, lower) in enumerate(pairwise(strips)):
        if not _is_near(upper, lower) or _goes_on(strips[:number], upper, lower):
            continue
        couples = [
            (label, value)
            for value in lower.pieces
            if (label := _over(value, upper, lower.height)) is not None
        ]
        if couples and len(couples) == len(lower.pieces) and _tells(couples):
            for label, value in couples:
                yield Pair(label.text, label.words, value.text, value.words, 0.55)


def _is_near(upper: Strip, lower: Strip) -> bool:
    white = lower.bbox.top - upper.bbox.bottom
    near = -0.3 * lower.height < white < _ROW_WHITE * lower.height
    return near and upper.column == lower.column


def _goes_on(before: Sequence[Strip], upper: Strip, lower: Strip) -> bool:
    """Whether the upper line belongs rather to the text above it."""
    if not before or not upper.bbox.top - before[-1].bbox.bottom > 0:
        return False
    return upper.bbox.top - before[-1].bbox.bottom < lower.bbox.top - upper.bbox.bottom


def _over(value: Piece, upper: Strip, height: float) -> Piece | None:
    near = _ALIGNED * height
    aligned = (
        label
        for label in upper.pieces
        if abs(label.bbox.left - value.bbox.left) < near
        or abs(label.bbox.right - value.bbox.right) < near
    )
    return next(aligned, None)


def _tells(couples: Sequence[tuple[Piece, Piece]]) -> bool:
    """Whether these are labels above values rather than two lines of text."""
    labels, values = zip(*couples, strict=True)
    if not all(_names(label) and not label.has_digit for label in labels):
        return False
    if any(_label_end(value) is not None for value in values):
        return False
    smaller = all(_is_smaller(label, value) for label, value in couples)
    figures = sum(value.has_digit for value in values)
    return smaller or (len(couples) > 1 and 2 * figures >= len(couples))


def _is_smaller(label: Piece, value: Piece) -> bool:
    """By height or, as letters differ in height, by how wide a letter is."""
    high = label.height / value.height
    wide = (label.bbox.width / len(label.text)) / (value.bbox.width / len(value.text))
    return min(high, wide) <= _SMALLER and max(high, wide) <= _LARGEST
