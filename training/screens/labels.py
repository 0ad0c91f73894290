"""The shape of what a page's labels say: a line of `labels.jsonl`."""

from typing import Self

from pydantic import Field

from vouch.schemas.leaves import PixelBox, PixelPoint
from vouch.schemas.ui import Role, State
from vouch.schemas.value import Value


class LabelledElement(Value):
    """One thing that is visible on the picture, in its pixels."""

    id: str
    parent: str | None
    role: Role
    label: str | None
    """The accessible name."""
    value: str | None
    state: State | None
    bbox: PixelBox
    click_point: PixelPoint | None


class LabelledLine(Value):
    """Words of one printed row."""

    text: str
    bbox: PixelBox


class Reading(Value):
    """What labels.js reads out of one rendered page."""

    elements: tuple[LabelledElement, ...]
    covered: tuple[PixelBox, ...]
    """Things behind a dialog: visible perhaps, not usable, hence not judged."""
    lines: tuple[LabelledLine, ...]

    def scaled(self, across: float, down: float) -> Self:
        """The same on a picture that is so many times as wide and as high."""

        def grown(of: tuple[float, ...]) -> tuple[float, ...]:
            return tuple(n * (down if place % 2 else across) for place, n in enumerate(of))

        def moved(one: LabelledElement) -> LabelledElement:
            point = one.click_point and grown(one.click_point)
            return one.model_copy(update={"bbox": grown(one.bbox), "click_point": point})

        return self.model_copy(
            update={
                "elements": tuple(map(moved, self.elements)),
                "covered": tuple(map(grown, self.covered)),
                "lines": tuple(
                    one.model_copy(update={"bbox": grown(one.bbox)}) for one in self.lines
                ),
            }
        )


class Question(Value):
    """Words for one element. `element` is its id; None: it is not there."""

    locate: str
    element: str | None


class LabelledScreen(Value):
    """A rendered page and all that is true of it, in the data-set format of evals."""

    file: str
    schema_name: str = Field("ui", alias="schema")
    kit: str
    dark: bool
    scale: float
    """Device pixels per CSS pixel."""
    expected: dict[str, str]
    elements: tuple[LabelledElement, ...]
    covered: tuple[PixelBox, ...]
    lines: tuple[LabelledLine, ...]
    locate: tuple[Question, ...]
