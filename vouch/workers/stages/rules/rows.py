"""The rules reader's view of a document: printed rows with a way back from characters to tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, PageLayout, RegionKind, Token

# One character for one character, so that offsets into the folded text hold for the printed text:
# full-width forms, dashes, quotes and spaces that mean the same.
_FOLD = (
    {0xFF01 + i: 0x21 + i for i in range(94)}
    | dict.fromkeys(map(ord, "‐‑‒–—−﹣"), "-")
    | dict.fromkeys(map(ord, "‘’‛′`´"), "'")
    | dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u3000\t"), " ")
    | {ord("￥"): "¥", ord("。"): ".", ord("、"): ",", ord("﹕"): ":"}
)

_MOST_WORDS = 60
"""Longer lines are no rows of a till; cut, they cost linear time."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token inside a row: characters [start, end) of the row's text."""

    ref: TokenRef
    start: int
    end: int
    bbox: Bbox
    score: float
    run: int


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row. `text` is `printed` with look-alike characters folded, same length."""

    index: int
    """Counts over the whole document."""
    page: int
    column: int
    text: str
    printed: str
    words: tuple[Word, ...]
    bbox: Bbox
    height: float
    """Median word height over the document's median: 1 is body text."""
    depth: float
    """0 at the first row of the document, 1 at the last."""
    region: RegionKind | None

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that print any of the characters [start, end)."""
        return tuple(word for word in self.words if word.start < end and start < word.end)

    def box(self, start: int, end: int) -> Bbox:
        """Around the words of the characters [start, end); the row's own where there are none."""
        words = self.words_in(start, end)
        return Bbox.union(word.bbox for word in words) if words else self.bbox


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one row: where a value is printed."""

    row: Row
    start: int
    end: int

    @property
    def raw(self) -> str:
        return self.row.printed[self.start : self.end].strip()

    @property
    def text(self) -> str:
        """As printed, with look-alike characters folded."""
        return self.row.text[self.start : self.end].strip()

    @property
    def refs(self) -> tuple[TokenRef, ...]:
        return tuple(word.ref for word in self.row.words_in(self.start, self.end))

    @property
    def box(self) -> Bbox:
        return self.row.box(self.start, self.end)

    @property
    def ocr(self) -> float:
        """The lowest score of its words: one doubtful word makes the value doubtful."""
        words = self.row.words_in(self.start, self.end)
        return min((word.score for word in words), default=0.0)


def document_rows(layouts: Sequence[PageLayout]) -> tuple[Row, ...]:
    """Every non-empty line of every page, in reading order; very long ones in pieces."""
    lines = [
        (layout, line, piece)
        for layout in layouts
        for line in layout.lines
        for piece in _pieces(layout, line)
    ]
    heights = [median(token.bbox.height for _, token in piece) for _, _, piece in lines]
    body = (median(heights) if heights else 0.0) or 1.0
    return tuple(
        _row(index, layout, line, piece, height / body, index / max(len(lines) - 1, 1))
        for index, ((layout, line, piece), height) in enumerate(zip(lines, heights, strict=True))
    )


def folded(printed: str) -> str:
    """Look-alike characters as one, letter for letter."""
    return printed.translate(_FOLD)


def row_of(printed: str) -> Row:
    """A text that stands on no page, for readings that need no more than the text."""
    nowhere = Bbox(left=0, top=0, right=0, bottom=0)
    return Row(0, 0, 0, folded(printed), printed, (), nowhere, height=1.0, depth=0.0, region=None)


def _pieces(layout: PageLayout, line: Line) -> list[list[tuple[int, Token]]]:
    """The line's tokens with their numbers, cut so that no piece has more words than a till row."""
    tokens = [(number, layout.tokens.tokens[number]) for number in line.tokens]
    printed = [(number, token) for number, token in tokens if token.text.strip()]
    return [printed[i : i + _MOST_WORDS] for i in range(0, len(printed), _MOST_WORDS)]


def _row(
    index: int,
    layout: PageLayout,
    line: Line,
    tokens: Sequence[tuple[int, Token]],
    height: float,
    depth: float,
) -> Row:
    printed = " ".join(token.text for _, token in tokens)
    return Row(
        index=index,
        page=layout.page,
        column=line.column,
        text=folded(printed),
        printed=printed,
        words=_words(layout.page, tokens),
        bbox=Bbox.union(token.bbox for _, token in tokens),
        height=height,
        depth=depth,
        region=_region(layout, line),
    )


def _words(page: int, tokens: Sequence[tuple[int, Token]]) -> tuple[Word, ...]:
    words: list[Word] = []
    start = 0
    for number, token in tokens:
        end = start + len(token.text)
        ref = TokenRef(page=page, index=number)
        words.append(Word(ref, start, end, token.bbox, token.score, token.run))
        start = end + 1
    return tuple(words)


def _region(layout: PageLayout, line: Line) -> RegionKind | None:
    kinds = (region.kind for region in layout.regions if line.id in region.lines)
    return next(kinds, None)


def tidy(span: Span, *, goes_on: bool = False) -> Span:
    """Without what decorates a row's ends; the comma stays where the text goes on below."""
    text = span.row.text[span.start : span.end]
    left = len(text) - len(text.lstrip(" *-=.,:;|_~<>"))
    right = len(text.rstrip(" *-=:;|_~<>" + ("" if goes_on else ",")))
    return Span(span.row, span.start + left, span.start + max(right, left))
