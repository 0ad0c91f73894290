"""A page as cells: pieces of print with white around them, and who stands beside or below whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout, Token
from vouch.workers.stages.rules.rows import Row, Word, folded

_LEVEL = 0.5
"""Share of the lower word's height that two words of one band have in common."""
_GAP_HEIGHTS, _GAP_LETTERS = 1.2, 1.8
"""White that parts two cells: more than this many heights and letters' widths of its band."""
_SMALL = 0.5
"""Signs below this share of the usual height (dots, dashes) say nothing about a band's height."""

Cell = Row
"""A cell is a row of its own: all rules about rows hold for it."""
Ink = tuple[TokenRef, Token]


@dataclass(frozen=True, slots=True)
class Band:
    """The cells of one page at one height, left to right."""

    index: int
    page: int
    cells: tuple[Cell, ...]

    @property
    def box(self) -> Bbox:
        return Bbox.union(cell.bbox for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """All bands of a document from top to bottom, page after page."""

    bands: tuple[Band, ...]
    sizes: dict[int, tuple[int, int]]
    """Width and height of each page, pixels of the upright frame."""

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for band in self.bands for cell in band.cells)

    @cached_property
    def _homes(self) -> dict[int, Band]:
        return {cell.index: band for band in self.bands for cell in band.cells}

    @cached_property
    def body(self) -> float:
        """Usual height of a cell, pixels."""
        return median(cell.bbox.height for cell in self.cells) if self.cells else 1.0

    def band(self, cell: Cell) -> Band:
        return self._homes[cell.index]

    def right(self, cell: Cell) -> tuple[Cell, ...]:
        """The cells behind this one on its band."""
        cells = self.band(cell).cells
        return cells[cells.index(cell) + 1 :]

    def left(self, cell: Cell) -> tuple[Cell, ...]:
        """The cells before this one on its band, nearest first."""
        cells = self.band(cell).cells
        return cells[: cells.index(cell)][::-1]

    def below(self, cell: Cell, reach: float = 2.5) -> Cell | None:
        """The nearest cell under this one, within so many heights of it."""
        return next(iter(self.column(cell, reach)), None)

    def column(self, cell: Cell, reach: float = 2.5) -> tuple[Cell, ...]:
        """Cells under this one, each within `reach` heights of the one before."""
        found: list[Cell] = []
        last = cell
        for band in self.bands[self.band(cell).index + 1 :]:
            if band.page != cell.page:
                break
            under = [other for other in band.cells if overlap(other.bbox, last.bbox) > 0]
            if not under:
                continue
            best = max(under, key=lambda other: overlap(other.bbox, cell.bbox))
            if best.bbox.top - last.bbox.bottom > reach * max(self.body, last.bbox.height):
                break
            found.append(best)
            last = best
        return tuple(found)


def overlap(one: Bbox, other: Bbox) -> float:
    """Pixels of width that two boxes share; negative: the white between them."""
    return min(one.right, other.right) - max(one.left, other.left)


def read_sheet(layouts: Sequence[PageLayout]) -> Sheet:
    """The document's print as bands of cells."""
    inked = [(layout, cells) for layout in layouts for cells in _bands_of(layout)]
    heights = [token.bbox.height for _, cells in inked for cell in cells for _, token in cell]
    body = median(heights) if heights else 1.0
    bands: list[Band] = []
    count = 0
    for layout, cells in inked:
        rows = []
        for cell in cells:
            depth = len(bands) / max(len(inked) - 1, 1)
            rows.append(_cell(count, layout.page, cell, body, depth))
            count += 1
        bands.append(Band(len(bands), layout.page, tuple(rows)))
    sizes = {one.page: (one.tokens.width, one.tokens.height) for one in layouts}
    return Sheet(tuple(bands), sizes)


def _bands_of(layout: PageLayout) -> list[list[list[Ink]]]:
    """The page's words as bands of cells, from top to bottom."""
    words = [
        (TokenRef(page=layout.page, index=number), token)
        for number, token in enumerate(layout.tokens.tokens)
        if token.text.strip()
    ]
    usual = median(token.bbox.height for _, token in words) if words else 0.0
    plain = [word for word in words if word[1].bbox.height >= _SMALL * usual]
    small = [word for word in words if word[1].bbox.height < _SMALL * usual]
    bands: list[list[Ink]] = []
    ends: list[Bbox] = []
    for word in sorted(plain, key=lambda word: word[1].bbox.left):
        _join(bands, ends, word)
    for word in small:
        _join_between(bands, word)
    bands.sort(key=lambda band: median(token.bbox.centre[1] for _, token in band))
    return [_cut(sorted(band, key=lambda word: word[1].bbox.left)) for band in bands]


def _join(bands: list[list[Ink]], ends: list[Bbox], word: Ink) -> None:
    """Puts the word behind the band that it is level with, or opens one. `ends`: where each ends.

    A page has a hundred words for each band: boxes are made once.
    """
    box = word[1].bbox
    shares = [_share(end, box) for end in ends]
    level = max(shares, default=0.0)
    if level >= _LEVEL:
        place = shares.index(level)
        bands[place].append(word)
        ends[place] = box
    else:
        bands.append([word])
        ends.append(box)


def _share(one: Bbox, other: Bbox) -> float:
    """How much two words are level; 0 where one stands over the other or is far larger."""
    small, large = sorted((one.height, other.height))
    if overlap(one, other) > 0.5 * other.width or large > 2.2 * small:
        return 0.0
    return (min(one.bottom, other.bottom) - max(one.top, other.top)) / max(small, 1e-6)


def _join_between(bands: list[list[Ink]], word: Ink) -> None:
    """A dot or dash belongs to the nearest word whose height it stands in."""
    box = word[1].bbox
    near = [
        (max(-overlap(token.bbox, box), 0.0), place)
        for place, band in enumerate(bands)
        for _, token in band
        if token.bbox.top - 0.3 * token.bbox.height
        <= box.centre[1]
        <= token.bbox.bottom + 0.3 * token.bbox.height
    ]
    if near:
        bands[min(near)[1]].append(word)
    else:
        bands.append([word])


def _cut(band: Sequence[Ink]) -> list[list[Ink]]:
    height = max(median(token.bbox.height for _, token in band), 1.0)
    letter = median(token.bbox.width / max(len(token.text), 1) for _, token in band)
    limit = max(_GAP_HEIGHTS * height, _GAP_LETTERS * letter)
    cells = [[band[0]]]
    for before, word in pairwise(band):
        if word[1].bbox.left - before[1].bbox.right > limit:
            cells.append([])
        cells[-1].append(word)
    return cells


def _cell(index: int, page: int, inked: Sequence[Ink], body: float, depth: float) -> Cell:
    printed = " ".join(token.text for _, token in inked)
    words: list[Word] = []
    start = 0
    for ref, token in inked:
        end = start + len(token.text)
        words.append(Word(ref, start, end, token.bbox, token.score, token.run))
        start = end + 1
    return Row(
        index=index,
        page=page,
        column=0,
        text=folded(printed),
        printed=printed,
        words=tuple(words),
        bbox=Bbox.union(token.bbox for _, token in inked),
        height=median(token.bbox.height for _, token in inked) / body,
        depth=depth,
        region=None,
    )
