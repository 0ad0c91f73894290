"""What a document says, where it says it, and what one may ask of it: the middle of this room."""

from dataclasses import dataclass

from training.forms.values import Value
from training.forms.vocabulary import Concept, Table

Quad = list[list[float]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A concept on a document; one that it does not print has no place."""

    concept: Concept
    value: Value
    """Where it is not printed, one that could be: what its schema looks like depends on it."""
    place: Quad | None = None
    """Of the whole value, or of the mark that shows it."""
    part: Quad | None = None
    """Of the number in it."""
    label: str | None = None
    """As printed; also where no value stands behind it."""

    is_unplaced: bool = False
    """It is there, but nobody measured where."""

    @property
    def is_there(self) -> bool:
        return self.place is not None or self.is_unplaced


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as drawn: facts by row and column."""

    table: Table
    columns: tuple[Concept, ...]
    """Those that are drawn."""
    rows: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True, slots=True)
class Element:
    """Something on a screen that one can click or type into."""

    noun: str
    """button, tab, link, field, box"""
    label: str
    place: Quad
    asks: tuple[str, ...] = ()
    """Other words for it."""
    row: int | None = None
    """Of a table's row that it stands in, from 1; and what names that row."""
    beside: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All that is known of one document."""

    language: str
    facts: tuple[Fact, ...]
    """Printed ones."""
    blank: tuple[Fact, ...] = ()
    """Whose label is printed, and nothing behind it."""
    tables: tuple[Rows, ...] = ()
    elements: tuple[Element, ...] = ()
    absent: tuple[Fact, ...] = ()
    """What it could well print, and does not."""


def quad(box: tuple[float, float, float, float]) -> Quad:
    """The corners of a box, clockwise."""
    left, top, right, bottom = (round(side, 1) for side in box)
    return [[left, top], [right, top], [right, bottom], [left, bottom]]
