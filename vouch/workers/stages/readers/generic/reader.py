"""What stands on a document of any kind: a draft under the schema `generic`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouch.schemas.draft import Candidate, Draft, Place, Pointer
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.generic.blocks import (
    Block,
    find_blocks,
    repeated_texts,
    sheet_of,
)
from vouch.workers.stages.readers.generic.pairs import Pair, find_pairs
from vouch.workers.stages.readers.generic.pieces import Strip, Word, strips_of, without
from vouch.workers.stages.readers.generic.ruled import ruled_grids
from vouch.workers.stages.readers.generic.sides import cut_apart
from vouch.workers.stages.readers.generic.tables import Cell, Grid, find_grids
from vouch.workers.stages.readers.seen import Seen

_Leaf = tuple[str, Candidate]
"""A pointer below a member of a list, and its value."""
_CELL, _PLACE, _TEXT, _KIND = 0.8, 0.75, 0.95, 0.7


@dataclass(frozen=True, slots=True)
class _Finds:
    """What was found on one page."""

    pairs: Sequence[Pair]
    grids: Sequence[Grid]
    blocks: Sequence[Block]


def read_generic(seen: Seen) -> Draft:
    """The pairs, tables and blocks of every page, each in reading order."""
    sheets = [_ruled(layout) for layout in seen.layouts]
    repeated = repeated_texts([strips for _, strips in sheets])
    finds = [
        _find(layout, ruled, strips, repeated)
        for layout, (ruled, strips) in zip(seen.layouts, sheets, strict=True)
    ]
    members = [
        *_numbered("/pairs", [_pair(pair) for found in finds for pair in found.pairs]),
        *_numbered("/tables", [_table(grid) for found in finds for grid in found.grids]),
        *_numbered("/blocks", [_block(block) for found in finds for block in found.blocks]),
    ]
    return Draft(reader="rules", candidates={pointer: (one,) for pointer, one in members})


def _ruled(layout: PageLayout) -> tuple[list[Grid], list[Strip]]:
    """The tables of a page that have rules, and the lines that stand outside of them."""
    strips = strips_of(layout)
    grids = ruled_grids(strips, layout.rules)
    taken = frozenset(word for grid in grids for word in grid.words)
    return grids, cut_apart(without(strips, taken))


def _find(
    layout: PageLayout, ruled: Sequence[Grid], strips: Sequence[Strip], repeated: frozenset[str]
) -> _Finds:
    grids = sorted([*ruled, *find_grids(strips)], key=lambda grid: grid.bbox.top)
    pairs = find_pairs(strips, grids)
    tabled = {strip.id for grid in grids for strip in grid.strips}
    free = [strip for strip in strips if strip.id not in tabled]
    paired = {word.ref for pair in pairs for word in pair.words}
    joined = frozenset(
        strip.id for strip in free if all(word.ref in paired for word in strip.words)
    )
    sheet = sheet_of(layout.tokens.height, strips)
    return _Finds(pairs, grids, find_blocks(free, sheet, repeated, joined))


def _numbered(
    root: Pointer, members: Sequence[Sequence[_Leaf]]
) -> Iterator[tuple[Pointer, Candidate]]:
    for number, leaves in enumerate(members):
        for below, candidate in leaves:
            yield f"{root}/{number}{below}", candidate


def _pair(pair: Pair) -> list[_Leaf]:
    return [
        ("/key", _printed(pair.key, pair.key_words, pair.score)),
        ("/value", _printed(pair.value, pair.value_words, pair.score)),
    ]


def _table(grid: Grid) -> list[_Leaf]:
    page = _seen(str(grid.page), grid.page, grid.bbox, _PLACE)
    cells = [_cell(cell, grid.page) for cell in grid.cells]
    return [("/page", page), *_numbered("/cells", cells)]


def _cell(cell: Cell, page: int) -> list[_Leaf]:
    box = Bbox.union(word.bbox for word in cell.words)
    spans = [("/rows", cell.rows), ("/columns", cell.columns)]
    placed = [("/row", cell.row), ("/column", cell.column), *(s for s in spans if s[1] > 1)]
    text = " ".join(line.text for line in cell.lines)
    return [
        *((below, _seen(str(number), page, box, _PLACE)) for below, number in placed),
        ("/text", _printed(text, cell.words, _CELL)),
    ]


def _block(block: Block) -> list[_Leaf]:
    page = block.lines[0].page
    return [
        ("/kind", _seen(block.kind, page, block.bbox, _KIND)),
        ("/text", _printed(block.text, block.words, _TEXT)),
    ]


def _printed(text: str, words: Sequence[Word], score: float) -> Candidate:
    return Candidate(
        value=text,
        raw=text,
        tokens=tuple(dict.fromkeys(word.ref for word in words)),
        score=score,
        signals={"ocr": min(word.score for word in words)},
    )


def _seen(value: str, page: int, bbox: Bbox, score: float) -> Candidate:
    return Candidate(value=value, raw="", place=Place(page=page, bbox=bbox), score=score)
