"""Names of elements, what holds what, and the words that are left over."""

from collections.abc import Sequence

from vouch.schemas.text import Element, PageTokens
from vouch.workers.stages.elements.canvas import Canvas
from vouch.workers.stages.elements.choosing import OPEN, Chosen
from vouch.workers.stages.elements.labelling import label_of, share_row
from vouch.workers.stages.elements.runs import Run

_HELD = 0.8
"""Share of an element that must lie in another for it to be its child."""
_LEFT_OVER = 0.5
"""Score of words that no other element has: OCR read them, nobody judged what they are for."""


def elements_of(
    kept: Sequence[Chosen], runs: Sequence[Run], canvas: Canvas, tokens: PageTokens
) -> tuple[Element, ...]:
    """Elements in reading order, with ids "p<page>e<n>" from 0, labels and parents."""
    kept = [one for one in kept if one.role != "text"]
    labels = {id(one): label_of(one, kept, runs, canvas.unit) for one in kept}
    # a heading names what it stands in, and stands there as words all the same
    used = {index for one in kept if one.role not in OPEN for index in labels[id(one)]}
    elements = [
        Element(
            id="",
            role=one.role,
            bbox=one.bbox,
            score=min(one.score, 1.0),
            tokens=labels[id(one)],
            state=one.state,
        )
        for one in kept
    ]
    elements += [
        Element(id="", role="text", bbox=run.bbox, score=_LEFT_OVER, tokens=run.tokens)
        for run in runs
        if not used & set(run.tokens) and not _is_within(run, kept)
    ]
    ordered = _in_order(elements)
    named = [
        element.model_copy(update={"id": f"p{tokens.page}e{number}"})
        for number, element in enumerate(ordered)
    ]
    return tuple(one.model_copy(update={"parent": _parent(one, named)}) for one in named)


def _is_within(run: Run, kept: Sequence[Chosen]) -> bool:
    """Whether words stand in something that is used as a whole."""
    return any(one.role not in OPEN and run.bbox.containment(one.bbox) >= _HELD for one in kept)


def _in_order(elements: Sequence[Element]) -> list[Element]:
    """From the top; of one row, from the left; what holds others before them."""
    waiting = sorted(elements, key=lambda one: (one.bbox.top, -one.bbox.area))
    ordered: list[Element] = []
    while waiting:
        first = waiting[0]
        row = [
            one
            for one in waiting
            if one is first
            or (one.role not in OPEN and first.role not in OPEN and share_row(first.bbox, one.bbox))
        ]
        ordered += sorted(row, key=lambda one: one.bbox.left)
        taken = {id(one) for one in row}
        waiting = [one for one in waiting if id(one) not in taken]
    return ordered


def _parent(one: Element, others: Sequence[Element]) -> str | None:
    """The smallest element that holds another; two of one size hold each other's children only."""
    holding = [
        other
        for other in others
        if other is not one
        and other.role in OPEN
        and other.bbox.area > one.bbox.area
        and one.bbox.containment(other.bbox) >= _HELD
    ]
    return min(holding, key=lambda other: other.bbox.area).id if holding else None
