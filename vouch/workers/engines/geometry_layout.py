"""The layout engine that needs no model: parts of a receipt, blocks of a page, from lines alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox
from vouch.schemas.record import Engine
from vouch.schemas.text import Line, PageTokens, Region, RegionKind
from vouch.workers.engines.page_blocks import page_regions
from vouch.workers.engines.receipt_words import (
    has_amount,
    names_columns,
    names_totals,
    says_goodbye,
)
from vouch.workers.images import RgbImage

RECEIPT_PARTS: tuple[RegionKind, ...] = ("header", "items", "totals", "footer")
"""In the order in which every till prints them; any may be missing."""


@dataclass(frozen=True, slots=True)
class GeometryLayout:
    """Header, items, totals and footer for receipts; titles, text, tables and figures for pages."""

    flavour: Literal["receipt", "page"] = "receipt"

    @property
    def identity(self) -> Engine:
        source = b"".join(
            (Path(__file__).parent / name).read_bytes()
            for name in ("geometry_layout.py", "page_blocks.py", "receipt_words.py")
        )
        return Engine(name=f"geometry-{self.flavour}", digest=hashlib.sha256(source).hexdigest())

    def regions(
        self,
        page: Page,
        image: RgbImage | None,  # noqa: ARG002 - looks at lines only
        tokens: PageTokens,
        lines: Sequence[Line],
    ) -> tuple[Region, ...]:
        """Regions of one page in the upright frame, with their lines."""
        if self.flavour == "page":
            return page_regions(page, tokens, lines)
        return receipt_regions(page.number, lines)


def receipt_regions(page: int, lines: Sequence[Line]) -> tuple[Region, ...]:
    """The parts of a receipt: lines cut in four at the places that fit best.

    A hidden Markov model that only moves forward, header → items → totals → footer, with the
    evidence of `_evidence` as log-odds; the best path is Viterbi's.
    """
    if not lines:
        return ()
    evidence = np.array([_evidence(lines, index) for index in range(len(lines))])
    parts = _best_path(evidence)
    shares = np.exp(evidence) / np.exp(evidence).sum(axis=1, keepdims=True)
    return tuple(
        _region(
            page,
            RECEIPT_PARTS[part],
            [lines[i] for i in members],
            float(shares[members, part].mean()),
        )
        for part, members in _grouped(parts)
    )


def _grouped(parts: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Consecutive indices of equal part."""
    return [(part, list(run)) for part, run in groupby(range(len(parts)), key=parts.__getitem__)]


def _region(page: int, kind: RegionKind, lines: Sequence[Line], score: float) -> Region:
    return Region(
        id=f"p{page}r0",
        kind=kind,
        page=page,
        polygon=Bbox.union(line.bbox for line in lines).polygon,
        score=min(score, 1.0),
        lines=tuple(line.id for line in lines),
    )


def _evidence(lines: Sequence[Line], index: int) -> tuple[float, float, float, float]:
    """Log-odds that a line belongs to header, items, totals, footer."""
    text = lines[index].text
    depth = (index + 0.5) / len(lines)
    money = has_amount(text)
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    # A till may print "TOTAL" on one row and its amount on the next.
    money_near = money or (has_amount(following) and not any(map(str.isalpha, following)))
    sums = names_totals(text)
    header, items, totals, footer = 1.0 - 2.5 * depth, 0.0, 0.0, 2.5 * depth - 1.5
    if money:
        header, items, totals, footer = header - 2.0, items + 1.0, totals + 0.3, footer - 2.0
    if sums and money_near:
        items, totals = items - 2.5, totals + 2.0
    elif not sums:
        totals -= 0.8
    if names_columns(text) and not money:
        header, items, totals, footer = header - 1.0, items + 2.0, totals - 0.5, footer - 1.0
    if says_goodbye(text):
        items, totals, footer = items - 2.0, totals - 1.5, footer + 1.5
    if not money:
        header, items, footer = header + 0.4, items - 0.3, footer + 0.4
    return header, items, totals, footer


def _best_path(evidence: NDArray[np.float64]) -> list[int]:
    """Viterbi over states that only move forward."""
    count, states = evidence.shape
    best = evidence[0].copy()
    came_from = np.zeros((count, states), int)
    for index in range(1, count):
        previous = [int(np.argmax(best[: state + 1])) for state in range(states)]
        came_from[index] = previous
        best = best[previous] + evidence[index]
    path = [int(np.argmax(best))]
    for index in range(count - 1, 0, -1):
        path.append(int(came_from[index, path[-1]]))
    return path[::-1]
