"""Printed lines cut where white separates cells, labels and values."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, PageLayout, Region, RegionKind
from vouch.workers.stages.segment import join_words

_CELL_GAP = 1.0
"""White wider than this many text heights separates two cells."""
_RUN_GAP = 0.5
"""The same where OCR, too, took them for two runs."""
_BLANK = 0.6
"""White of so many text heights inside a line divides it where a column ends."""
_WIDER, _WIDER_BLANK = 1.7, 1.4
"""And both are so many times wider than the blanks between the page's words."""
_LARGEST_SPACE = 1.2
_LEAST_SPACES = 10
COLONS = frozenset({":", "："})
_LEVEL = 0.6
"""Share of the lower one's height that two parts of one line have in common."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token with its place."""

    ref: TokenRef
    text: str
    bbox: Bbox
    score: float
    run: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one printed line that stand close together."""

    words: tuple[Word, ...]
    text: str
    bbox: Bbox

    @property
    def page(self) -> int:
        return self.words[0].ref.page

    @property
    def height(self) -> float:
        return max(word.bbox.height for word in self.words)

    @property
    def has_digit(self) -> bool:
        return any(map(str.isdecimal, self.text))

    @property
    def has_letter(self) -> bool:
        return any(map(str.isalpha, self.text))

    @property
    def is_numeric(self) -> bool:
        """More digits than letters: an amount, a date, a quantity with its unit, a dash."""
        digits, letters = sum(map(str.isdecimal, self.text)), sum(map(str.isalpha, self.text))
        return digits >= letters


@dataclass(frozen=True, slots=True)
class Strip:
    """One printed line in its pieces, left to right."""

    id: str
    column: int
    pieces: tuple[Piece, ...]
    bbox: Bbox
    height: float
    """Of its tallest word but outliers, in pixels."""
    blank: float
    """White inside a line that divides it where a column ends, in pixels."""
    region: RegionKind | None
    region_id: str | None

    @property
    def text(self) -> str:
        return join_words([piece.text for piece in self.pieces])

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for piece in self.pieces for word in piece.words)

    def only(self, is_kept: Callable[[Word], bool]) -> "Strip | None":
        """The line without its other words; None where none is left."""
        kept = [[word for word in piece.words if is_kept(word)] for piece in self.pieces]
        pieces = tuple(piece_of(words) for words in kept if words)
        if not pieces:
            return None
        return replace(self, pieces=pieces, bbox=Bbox.union(piece.bbox for piece in pieces))


def piece_of(words: Sequence[Word]) -> Piece:
    """Words that belong together, in reading order."""
    return Piece(
        words=tuple(words),
        text=join_words([word.text for word in words]),
        bbox=Bbox.union(word.bbox for word in words),
    )


def strips_of(layout: PageLayout) -> tuple[Strip, ...]:
    """The lines of a page, in reading order; those without print are left out.

    Lines that stand beside each other are one: where boxes are as high as their letters, "pcs"
    looks lower than the "12" before it.
    """
    homes = {name: region for region in layout.regions for name in region.lines}
    lines = [(line, words) for line in layout.lines if (words := _words(layout, line))]
    space = _word_space([words for _, words in lines])
    strips: list[Strip] = []
    for line, words in lines:
        strip = _strip(line.id, line.column, words, space, homes.get(line.id))
        if strips and _is_beside(strips[-1], strip):
            before = strips.pop()
            both = sorted((*before.words, *words), key=lambda word: word.bbox.left)
            strip = _strip(before.id, before.column, both, space, homes.get(before.id))
        strips.append(strip)
    return tuple(strips)


def without(strips: Iterable[Strip], taken: Container[Word]) -> list[Strip]:
    """Lines without words that are spoken for; lines of nothing else are left out."""
    rest = (strip.only(lambda word: word not in taken) for strip in strips)
    return [strip for strip in rest if strip is not None]


def _word_space(lines: Iterable[Sequence[Word]]) -> float:
    """How wide a blank between words is on a page, in pixels; 0 where that is not plain.

    A typewriter's blanks are wider than its letters are high.
    """
    blanks = [
        (after.bbox.left - before.bbox.right, text_height(words))
        for words in lines
        for before, after in pairwise(words)
    ]
    small = [white for white, height in blanks if 0 < white < _LARGEST_SPACE * height]
    return median(small) if len(small) >= _LEAST_SPACES else 0.0


def _strip(
    name: str, column: int, words: Sequence[Word], space: float, region: Region | None
) -> Strip:
    height = text_height(words)
    return Strip(
        id=name,
        column=column,
        pieces=tuple(map(piece_of, _split(words, height, space))),
        bbox=Bbox.union(word.bbox for word in words),
        height=height,
        blank=max(_BLANK * height, _WIDER_BLANK * space),
        region=region.kind if region else None,
        region_id=region.id if region else None,
    )


def _is_beside(one: Strip, other: Strip) -> bool:
    """Whether two lines share most of their height and no word of one is over one of the other."""
    shared = min(one.bbox.bottom, other.bbox.bottom) - max(one.bbox.top, other.bbox.top)
    level = shared > _LEVEL * min(one.bbox.height, other.bbox.height)
    return (
        level
        and one.column == other.column
        and not any(
            a.bbox.left < b.bbox.right and b.bbox.left < a.bbox.right
            for a in one.pieces
            for b in other.pieces
        )
    )


def text_height(words: Iterable[Word]) -> float:
    """Of a line: the upper quartile of its words', for "on" is lower than "To", in pixels."""
    heights = sorted(word.bbox.height for word in words)
    return max(heights[(3 * len(heights)) // 4], 1.0)


def usual_height(strips: Sequence[Strip]) -> float:
    """Of the body text of a page: the median over its letters; 1 where there is none."""
    heights = [strip.height for strip in strips for _ in strip.text]
    return median(heights) if heights else 1.0


def _words(layout: PageLayout, line: Line) -> list[Word]:
    tokens = layout.tokens.tokens
    return [
        Word(
            TokenRef(page=layout.page, index=index),
            tokens[index].text.strip(),
            tokens[index].bbox,
            tokens[index].score,
            tokens[index].run,
        )
        for index in line.tokens
        if tokens[index].text.strip()
    ]


def _split(words: Sequence[Word], height: float, space: float) -> list[list[Word]]:
    pieces = [[words[0]]]
    for before, word in pairwise(words):
        white = word.bbox.left - before.bbox.right
        least = (_CELL_GAP if word.run == before.run else _RUN_GAP) * height
        if white > max(least, _WIDER * space) and word.text not in COLONS:
            pieces.append([])
        pieces[-1].append(word)
    return pieces
