"""Titles, headings, paragraphs, list items, captions, headers and footers of a page."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from vouch.schemas.generic import BlockKind
from vouch.schemas.geometry import Bbox
from vouch.workers.stages.readers.generic.pieces import Piece, Strip, Word, piece_of, usual_height

_TITLE = 1.35
"""A title is printed so many times larger than the page's text."""
_HEADING = 1.18
_HEADING_WORDS = 14
_MARGIN = 0.08
"""Share of the page's height, at its upper and lower edge, where headers and footers stand."""
_BULLET = re.compile(r"[•‣◦▪●○■□–\-*·]\s+\S|[(]?(\d{1,2}|[a-z])[.)]\s+\S")
_CAPTION = re.compile(
    r"(fig(ure|\.)?|table|tab\.?|abb(ildung|\.)?|tabelle|tableau|figura|tabla|tabella|bild)"
    r"\s*\d+\s*([.:–-]|$)",
    re.IGNORECASE,
)
PAGE_NUMBER = re.compile(
    r"(page|seite|p\.|s\.|pagina|página|strona)?\s*[-–]?\s*\d{1,4}\s*[-–]?\s*"
    r"((/|of|von|sur|de|di|z)\s*\d{1,4})?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Block:
    """Lines of one purpose, read one after the other."""

    kind: BlockKind
    lines: list[Piece]
    strip: Strip = field(repr=False)
    """The last line's."""

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def bbox(self) -> Bbox:
        return Bbox.union(line.bbox for line in self.lines)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is usual on one page."""

    height: float
    """Of the page, in pixels."""
    text: float
    """Of its body text."""
    leading: float
    """White between two lines of a paragraph, in pixels."""
    is_receipt: bool
    """Whether the layout engine cut it as a receipt: then its header is no running head."""


def sheet_of(page_height: float, strips: Sequence[Strip]) -> Sheet:
    text = usual_height(strips)
    whites = [
        white
        for a, b in pairwise(strips)
        if a.column == b.column and 0 < (white := b.bbox.top - a.bbox.bottom) < 1.5 * text
    ]
    return Sheet(
        height=page_height,
        text=text,
        leading=min(median(whites), 1.2 * text) if whites else 0.6 * text,
        is_receipt=any(strip.region in {"items", "totals"} for strip in strips),
    )


def repeated_texts(pages: Sequence[Sequence[Strip]]) -> frozenset[str]:
    """First and last lines that stand on several pages, page numbers aside."""
    ends = ({_plain(strip.text) for strip in (*strips[:2], *strips[-2:])} for strips in pages)
    counted = Counter(text for page in ends for text in page)
    return frozenset(text for text, count in counted.items() if count > 1 and text)


def _plain(text: str) -> str:
    return _DIGITS.sub("#", text.casefold())


def find_blocks(
    strips: Sequence[Strip], sheet: Sheet, repeated: frozenset[str], joined: frozenset[str]
) -> list[Block]:
    """The blocks of one page's lines, in reading order.

    `joined` are ids of lines to be read as a whole, whatever white they hold: labels with values.
    """
    blocks: list[Block] = []
    titled = False
    for strip in strips:
        kind = _kind(strip, sheet, repeated, titled=titled)
        titled = titled or kind == "title"
        whole = strip.id in joined or len(strip.pieces) == 1
        for piece in (piece_of(strip.words),) if whole else strip.pieces:
            home = _home(blocks, strip, piece, kind, sheet)
            if home is None:
                blocks.append(Block(kind, [piece], strip))
            else:
                home.lines.append(piece)
                home.strip = strip
    return blocks


def _kind(strip: Strip, sheet: Sheet, repeated: frozenset[str], *, titled: bool) -> BlockKind:
    text = strip.text
    edge = _running(strip, sheet, repeated)
    if edge is not None:
        return edge
    if _BULLET.match(text):
        return "list_item"
    if _CAPTION.match(text):
        return "caption"
    size = strip.height / sheet.text
    short = len(text.split()) <= _HEADING_WORDS and any(map(str.isalpha, text))
    if short and (size >= _TITLE or (strip.region == "title" and size >= 1.0)):
        high = strip.bbox.centre[1] < 0.4 * sheet.height
        return "title" if size >= _TITLE and high and not titled else "heading"
    return "heading" if short and size >= _HEADING and not text.endswith(".") else "paragraph"


def _running(strip: Strip, sheet: Sheet, repeated: frozenset[str]) -> BlockKind | None:
    """Header or footer, where a line is one."""
    if strip.region in {"header", "footer"} and not sheet.is_receipt:
        return "header" if strip.region == "header" else "footer"
    middle = strip.bbox.centre[1]
    top, bottom = middle < _MARGIN * sheet.height, middle > (1 - _MARGIN) * sheet.height
    known = _plain(strip.text) in repeated or PAGE_NUMBER.fullmatch(strip.text)
    if not known or not (top or bottom):
        return None
    return "header" if top else "footer"


def _home(
    blocks: Sequence[Block], strip: Strip, piece: Piece, kind: BlockKind, sheet: Sheet
) -> Block | None:
    """The block that a line goes on with."""
    near = [block for block in blocks[-6:] if _follows(block, strip, piece, sheet)]
    if len(near) != 1:
        return None
    block = near[0]
    if kind == "list_item" or (kind != block.kind and block.kind not in {"title", "list_item"}):
        return None
    if block.kind == "list_item":
        indented = piece.bbox.left > block.lines[0].bbox.left + 0.4 * sheet.text
        return block if kind == "paragraph" and indented else None
    if block.kind == "title":
        same = abs(strip.height - block.strip.height) < 0.15 * strip.height
        return block if kind in {"title", "heading"} and same else None
    return block


def _follows(block: Block, strip: Strip, piece: Piece, sheet: Sheet) -> bool:
    last = block.lines[-1].bbox
    white = piece.bbox.top - last.bottom
    shared = min(last.right, piece.bbox.right) - max(last.left, piece.bbox.left)
    lineage = block.strip.column == strip.column and block.strip.region_id == strip.region_id
    return (
        (lineage or sheet.is_receipt)
        and block.strip.id != strip.id
        and -0.5 * strip.height < white < 1.4 * max(sheet.leading, 0.45 * strip.height)
        and shared > 0.3 * min(last.width, piece.bbox.width)
    )
