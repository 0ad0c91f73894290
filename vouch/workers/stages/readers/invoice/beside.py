"""Which words stand for a printed value: before it, left of it, or in the heading above it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from vouch.workers.stages.readers.invoice.sheet import Cell, Sheet, overlap
from vouch.workers.stages.rules.currencies import marks
from vouch.workers.stages.rules.lexicon import Found
from vouch.workers.stages.rules.rows import Span

_DAY = re.compile(r"\d{1,2}\S* .*\b\d{4}$")
Finder = Callable[[str], tuple[Found, ...]]
_ABOVE = 14
"""Bands through which a heading of a table is looked for."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The phrases that lead to a value, nearest last, and how plainly they do: 0 to 1."""

    phrases: tuple[Found, ...]
    text: str
    """What the phrases stand in; offsets of phrases count in it."""
    weight: float
    place: str
    """"inside", "left" or "above"."""

    @property
    def nearest(self) -> Found | None:
        return self.phrases[-1] if self.phrases else None


def beside(sheet: Sheet, span: Span, finder: Finder, *, reach: int = 2) -> Beside | None:
    """The words before a value on its band; else the heading over it; None where nothing speaks."""
    before = span.row.text[: span.start]
    if any(map(str.isalpha, before)):
        found = Beside(finder(before), before, 1.0, "inside")
        return found if found.phrases else None
    label = next((cell for cell in sheet.left(span.row) if _says_more(cell.text)), None)
    if label is not None and (phrases := finder(label.text)):
        return Beside(phrases, label.text, 0.95, "left")
    above = _heading(sheet, span, finder, reach)
    if above is None and label is None:
        return None
    return above


def _heading(sheet: Sheet, span: Span, finder: Finder, reach: int) -> Beside | None:
    """The nearest cell over the value that says anything; nothing but figures between."""
    place, box = sheet.band(span.row).index, span.box
    for band in reversed(sheet.bands[max(place - reach, 0) : place]):
        if band.page != span.row.page:
            return None
        over = [cell for cell in band.cells if overlap(cell.bbox, box) > 0]
        for cell in over:
            if phrases := _over(span, cell, finder(cell.text)):
                return Beside(phrases, cell.text, 0.8, "above")
            if _has_letters(cell.text) and reach <= 2:
                return None
    return None


def _over(span: Span, cell: Cell, phrases: tuple[Found, ...]) -> tuple[Found, ...]:
    """Those of a heading's phrases that stand over the value itself; all where none does."""
    box = span.box
    over = (one for one in phrases if overlap(cell.box(one.start, one.end), box) > 0)
    return tuple(over) or phrases


def heading(sheet: Sheet, span: Span, finder: Finder, reach: int = _ABOVE) -> Beside | None:
    """The heading of the value's column, through all rows of its table."""
    return _heading(sheet, span, finder, reach)


def _says_more(text: str) -> bool:
    """ "EUR" between a label and its amount is the amount's; "5 May 2024" is another label's."""
    return _has_letters(text) and text.strip(" :=") not in marks() and not _DAY.match(text)


def _has_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 2


def stands_alone(cell: Cell) -> bool:
    """Whether a cell is short enough to be a label or a heading."""
    return len(cell.words) <= 6
