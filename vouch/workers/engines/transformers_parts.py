"""Questions that ask less at once."""

from dataclasses import replace

from vouch.schemas.text import PageLayout
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
