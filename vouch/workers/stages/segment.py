"""The stage `segment`: tokens to lines in reading order, and to regions with one purpose."""

import unicodedata
from collections.abc import Sequence

from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, PageLayout, PageTokens, Region, Token
from vouch.workers.images import RgbImage
from vouch.workers.protocols import LayoutEngine
from vouch.workers.stages.columns import split_columns
from vouch.workers.stages.lines import printed_rows


def segment(
    tokens: PageTokens, page: Page, image: RgbImage | None, engine: LayoutEngine
) -> PageLayout:
    """Lines of the page in reading order, and the engine's regions with the lines inside each.

    `image` is upright, as `tokens` are; the geometry engine does without.
    EngineFailed when the engine's model raises.
    """
    lines = group_lines(tokens)
    regions = engine.regions(page, image, tokens, lines)
    return PageLayout(tokens=tokens, lines=lines, regions=attach_lines(regions, lines))


def group_lines(tokens: PageTokens) -> tuple[Line, ...]:
    """Printed rows of each column, in reading order, with ids "p<page>l<n>" from 0."""
    rows = split_columns(printed_rows(tokens.tokens), tokens.tokens)
    return tuple(
        _line(f"p{tokens.page}l{number}", row.tokens, row.column, tokens.tokens)
        for number, row in enumerate(rows)
    )


def _line(name: str, indices: Sequence[int], column: int, tokens: Sequence[Token]) -> Line:
    words = [tokens[index] for index in indices]
    letters = sum(len(word.text) for word in words)
    return Line(
        id=name,
        tokens=tuple(indices),
        text=join_words([word.text for word in words]),
        bbox=Bbox.union(word.bbox for word in words),
        score=min(sum(word.score * len(word.text) for word in words) / max(letters, 1), 1.0),
        column=column,
    )


def join_words(words: Sequence[str]) -> str:
    """Words as one string: a space between them, none between two wide (CJK) characters."""
    text = ""
    for word in words:
        text += ("" if not text or _are_wide(text[-1:], word[:1]) else " ") + word
    return text


def _are_wide(before: str, after: str) -> bool:
    return all(char and unicodedata.east_asian_width(char) in "WF" for char in (before, after))


def attach_lines(regions: Sequence[Region], lines: Sequence[Line]) -> tuple[Region, ...]:
    """Regions in reading order; each line goes to the region that holds most of it."""
    boxes = [Bbox.around(region.polygon) for region in regions]
    inside: dict[int, list[str]] = {index: [] for index in range(len(regions))}
    first = dict.fromkeys(range(len(regions)), len(lines))
    for position, line in enumerate(lines):
        shares = [line.bbox.containment(box) for box in boxes]
        home = max(range(len(boxes)), key=shares.__getitem__, default=-1)
        if home >= 0 and shares[home] >= 0.5:
            inside[home].append(line.id)
            first[home] = min(first[home], position)
    order = sorted(inside, key=lambda index: (first[index], boxes[index].top, boxes[index].left))
    return tuple(
        regions[index].model_copy(
            update={
                "id": f"p{regions[index].page}r{number}",
                "lines": regions[index].lines or tuple(inside[index]),
            }
        )
        for number, index in enumerate(order)
    )
