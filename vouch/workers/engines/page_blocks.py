"""Titles, paragraphs, tables and figures of a page, from how its lines stand."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vouch.schemas.document import Page
from vouch.schemas.errors import EngineFailed
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Line, PageTokens, Region, RegionKind
from vouch.workers.images import RgbImage

_CELL_GAP = 1.5
"""White wider than this many text heights separates two cells of a row."""
_BLOCK_GAP = 1.2
"""White deeper than this many text heights separates two blocks."""
_TITLE_SIZE = 1.35
"""A title is set this many times larger than the page's median text."""


def _cells(line: Line, tokens: PageTokens) -> int:
    boxes = [tokens.tokens[index].bbox for index in line.tokens]
    least = _CELL_GAP * float(np.median([box.height for box in boxes]))
    return 1 + sum(b.left - a.right > least for a, b in pairwise(boxes))


def _height(line: Line, tokens: PageTokens) -> float:
    return float(np.median([tokens.tokens[index].bbox.height for index in line.tokens]))


def _kind(line: Line, tokens: PageTokens, usual: float) -> RegionKind:
    if _height(line, tokens) >= _TITLE_SIZE * usual and any(map(str.isalpha, line.text)):
        return "title"
    return "table" if _cells(line, tokens) >= 3 else "text"


def _blocks(
    lines: Sequence[Line], kinds: Sequence[RegionKind], usual: float
) -> list[tuple[RegionKind, list[Line]]]:
    """Neighbouring lines of one kind and column without a wide white between them."""
    blocks: list[tuple[RegionKind, list[Line]]] = []
    for line, kind in zip(lines, kinds, strict=True):
        if blocks:
            last_kind, members = blocks[-1]
            white = line.bbox.top - members[-1].bbox.bottom
            if (
                kind == last_kind
                and line.column == members[-1].column
                and -usual < white < _BLOCK_GAP * usual
            ):
                members.append(line)
                continue
        blocks.append((kind, [line]))
    return blocks


def page_regions(page: Page, tokens: PageTokens, lines: Sequence[Line]) -> tuple[Region, ...]:
    """Blocks of lines by kind, and a figure wherever the page shows a picture without text."""
    return line_blocks(page, tokens, lines) + _figures(page, lines)


def line_blocks(page: Page, tokens: PageTokens, lines: Sequence[Line]) -> tuple[Region, ...]:
    """Neighbouring lines of one kind, with their lines."""
    if not lines:
        return ()
    usual = float(np.median([_height(line, tokens) for line in lines]))
    kinds = [_kind(line, tokens, usual) for line in lines]
    return tuple(
        Region(
            id=f"p{page.number}r0",
            # A single row of cells is a line with wide spaces, no table.
            kind="text" if kind == "table" and len(members) == 1 else kind,
            page=page.number,
            polygon=Bbox.union(line.bbox for line in members).polygon,
            score=0.5,
            lines=tuple(line.id for line in members),
        )
        for kind, members in _blocks(lines, kinds, usual)
    )


def detected_region(page: Page, kind: RegionKind, score: float, corners: Sequence[float]) -> Region:
    """A box that a detector found: `corners` are left, top, right, bottom in upright pixels."""
    left, top, right, bottom = (float(corner) for corner in corners)
    return Region(
        id=f"p{page.number}r0",
        kind=kind,
        page=page.number,
        polygon=Bbox(left=left, top=top, right=right, bottom=bottom).polygon,
        score=min(float(score), 1.0),
    )


def needed_pixels(image: RgbImage | None) -> RgbImage:
    """The page's pixels. EngineFailed where a model that looks at them is given none."""
    if image is None:
        raise EngineFailed("the document layout model needs the page's pixels")
    return image


def with_lines_outside(
    regions: Sequence[Region], page: Page, tokens: PageTokens, lines: Sequence[Line]
) -> tuple[Region, ...]:
    """A model's regions, and blocks of the lines that it left out."""
    boxes = [Bbox.around(region.polygon) for region in regions]
    outside = [line for line in lines if all(line.bbox.containment(box) < 0.5 for box in boxes)]
    return (*regions, *line_blocks(page, tokens, outside))


def _figures(page: Page, lines: Sequence[Line]) -> tuple[Region, ...]:
    return tuple(
        Region(
            id=f"p{page.number}r0", kind="figure", page=page.number, polygon=box.polygon, score=0.5
        )
        for box in page.pictures
        if not any(line.bbox.containment(box) > 0.5 for line in lines)
    )
