"""Questions that ask less at once, and one answer out of several."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import add

from vouch.schemas.perception import Drafted
from vouch.schemas.shape import Shape
from vouch.schemas.text import PageLayout
from vouch.workers.drafting.merging import merged
from vouch.workers.protocols import Question


def pages_of(question: Question) -> tuple[Question, ...]:
    """The same question of each page alone; close-ups stay with all of them."""
    return tuple(
        replace(question, layouts=[layout], images=[image])
        for layout, image in zip(question.layouts, question.images, strict=True)
    )


def lines_of(question: Question) -> int:
    """How many lines OCR read on its pages."""
    return sum(len(layout.lines) for layout in question.layouts)


def first_lines(question: Question, most: int) -> Question:
    """The question without what stands below the first lines of its pages."""
    kept: list[PageLayout] = []
    for layout in question.layouts:
        kept.append(layout.model_copy(update={"lines": layout.lines[: max(0, most)]}))
        most -= len(layout.lines)
    return replace(question, layouts=kept)


def joined(parts: Sequence[Drafted], shape: Shape) -> Drafted:
    """One answer out of those of the parts, in order; degraded where any part gave none."""
    if len(parts) == 1:
        return parts[0]
    drafts = [part.draft for part in parts if part.draft is not None]
    return Drafted(
        draft=merged(drafts, shape) if drafts else None,
        degraded=next((part.degraded for part in parts if part.degraded), None),
        effort=reduce(add, (part.effort for part in parts)),
    )
