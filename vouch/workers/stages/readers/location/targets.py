"""What a phrase may mean on a page: elements that were seen, and words that were read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Element, PageLayout, Token
from vouch.schemas.ui import Role
from vouch.workers.stages.rules.lexicon import fold

_GAP = 1.2
"""In word heights: from this gap on, words of one line are things of their own."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that one could point at. `bbox` is upright."""

    page: int
    bbox: Bbox
    tokens: tuple[TokenRef, ...]
    """Of its label, in reading order."""
    text: str
    element: Element | None = None
    """None where nothing but the words is known."""
    whole: str = ""
    """All that is printed in one piece around the words; the same as `text` for an element."""

    @property
    def role(self) -> Role | None:
        return None if self.element is None else self.element.role


def element_targets(layout: PageLayout) -> Iterator[Target]:
    """Everything that the detector saw; a row is called by all that is printed in it."""
    for element in layout.elements:
        indices = element.tokens
        if element.role == "list_row":
            indices = words_inside(layout, element.bbox) or indices
        yield _of_words(layout, indices, None, element)


def word_targets(layout: PageLayout, words: int) -> Iterator[Target]:
    """Every run of about so many words that stand together."""
    for piece in pieces(layout):
        printed = [layout.tokens.tokens[index] for index in piece]
        whole = " ".join(token.text for token in printed)
        for length in range(1, min(words + 1, len(piece)) + 1):
            for start in range(len(piece) - length + 1):
                ends = (printed[start], printed[start + length - 1])
                if length > 1 and not all(fold(token.text) for token in ends):
                    continue  # signs are no part of a label
                yield _of_words(layout, piece[start : start + length], whole)


def piece_targets(layout: PageLayout) -> Iterator[Target]:
    """Every piece of a line as a whole."""
    for piece in pieces(layout):
        whole = " ".join(layout.tokens.tokens[index].text for index in piece)
        yield _of_words(layout, piece, whole)


def pieces(layout: PageLayout) -> Iterator[Sequence[int]]:
    """Token indices of each line, cut at gaps that are wider than between words."""
    for line in layout.lines:
        piece: list[int] = []
        for index in line.tokens:
            token = layout.tokens.tokens[index]
            if piece and _apart(layout.tokens.tokens[piece[-1]], token):
                yield piece
                piece = []
            piece.append(index)
        if piece:
            yield piece


def row_targets(layout: PageLayout) -> tuple[Target, ...]:
    """Rows, from the top: those that were seen, else printed rows of lists and tables."""
    seen = [target for target in element_targets(layout) if target.role == "list_row"]
    if seen:
        return tuple(sorted(seen, key=lambda target: target.bbox.top))
    listed = {
        name
        for region in layout.regions
        if region.kind in ("items", "table", "list")
        for name in region.lines
    }
    lines = [line for line in layout.lines if line.id in listed]
    bands: list[list[int]] = []
    bottom = 0.0
    for line in sorted(lines, key=lambda line: line.bbox.centre[1]):
        if bands and line.bbox.centre[1] < bottom:
            bands[-1] += line.tokens
        else:
            bands.append(list(line.tokens))
        bottom = max(bottom, line.bbox.bottom)
    return tuple(_of_words(layout, band, None) for band in bands)


def line_height(layout: PageLayout) -> float:
    """Median height of a printed word in pixels; a fiftieth of the page where there is none."""
    heights = [token.bbox.height for token in layout.tokens.tokens]
    return max(median(heights) if heights else layout.tokens.height / 50, 1.0)


def _of_words(
    layout: PageLayout, indices: Sequence[int], whole: str | None, element: Element | None = None
) -> Target:
    tokens = [layout.tokens.tokens[index] for index in indices]
    text = " ".join(token.text for token in tokens)
    return Target(
        page=layout.page,
        bbox=Bbox.union(token.bbox for token in tokens) if element is None else element.bbox,
        tokens=refs_of(layout, indices),
        text=text,
        element=element,
        whole=text if whole is None else whole,
    )


def refs_of(layout: PageLayout, indices: Iterable[int]) -> tuple[TokenRef, ...]:
    """Tokens of a page, as drafts name them."""
    return tuple(TokenRef(page=layout.page, index=index) for index in indices)


def words_inside(layout: PageLayout, bbox: Bbox) -> tuple[int, ...]:
    """Tokens that stand mostly inside a box, in the order of the lines."""
    return tuple(
        index
        for line in layout.lines
        for index in line.tokens
        if layout.tokens.tokens[index].bbox.containment(bbox) >= 0.5
    )


def _apart(before: Token, after: Token) -> bool:
    gap = after.bbox.left - before.bbox.right
    return gap > _GAP * max(min(before.bbox.height, after.bbox.height), 1.0)
