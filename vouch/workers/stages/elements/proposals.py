"""All boxes of a screen that an element may fill, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.elements.canvas import Box, Canvas, area
from vouch.workers.stages.elements.regions import (
    Region,
    drawings,
    flat_regions,
    ruled_fields,
)
from vouch.workers.stages.elements.runs import Run

Kind = Literal["flat", "drawn", "ruled", "words"]
KINDS: tuple[Kind, ...] = ("flat", "drawn", "ruled", "words")
_SAME = 0.85
"""Overlap from which on two boxes are one."""
_MOST = 500
"""Of a kind, the smallest dropped: a photograph has thousands of edges and no more elements."""
_COVERED = 0.97
"""Share of the screen: what fills it all is the screen."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A box, and what was seen that speaks for it."""

    kind: Kind
    box: Box
    region: Region | None = None
    run: Run | None = None


def proposals(canvas: Canvas, runs: Sequence[Run]) -> tuple[Proposal, ...]:
    """Words first: they are never dropped for something of the same size."""
    found = [Proposal("words", run.box, run=run) for run in runs]
    screen = canvas.width * canvas.height
    seen: tuple[tuple[Kind, Iterable[Region]], ...] = (
        ("flat", flat_regions(canvas)),
        ("drawn", drawings(canvas)),
        ("ruled", ruled_fields(canvas)),
    )
    boxes: list[Proposal] = []
    for kind, regions in seen:
        large = sorted(regions, key=lambda region: -area(region.box))
        boxes += [
            Proposal(kind, region.box, region=region)
            for region in large[:_MOST]
            if area(region.box) < _COVERED * screen
        ]
    return (*found, *_distinct(boxes))


def _distinct(boxes: Sequence[Proposal]) -> list[Proposal]:
    """The fullest of those that are one box; compared only with boxes of about that corner."""
    kept: list[Proposal] = []
    near: dict[tuple[int, int], list[Bbox]] = {}
    for one in sorted(boxes, key=_fullness, reverse=True):
        bbox, cells = Bbox.of(one.box), _cells(one.box)
        if any(bbox.iou(other) > _SAME for cell in cells for other in near.get(cell, ())):
            continue
        kept.append(one)
        near.setdefault(cells[0], []).append(bbox)
    return kept


def _fullness(one: Proposal) -> float:
    region = one.region
    return 0.0 if region is None or one.kind == "ruled" else region.filled


def _cells(box: Box) -> tuple[tuple[int, int], ...]:
    """The grid cell of a box's middle, then its neighbours."""
    size = 32
    x, y = (box[0] + box[2]) // 2 // size, (box[1] + box[3]) // 2 // size
    around = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    return ((x, y), *around)
