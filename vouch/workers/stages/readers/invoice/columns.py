"""The columns of a table of items: the words that head them, the words of a row below each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.readers.invoice.sheet import Band, Cell, Sheet, overlap
from vouch.workers.stages.readers.invoice.words import phrases
from vouch.workers.stages.rules.rows import Span, tidy

_FIGURES = frozenset({"quantity", "unit_price", "price", "tax_rate"})
_WORDS = 4
"""Words of a column's heading, at most."""
_INSIDE = 0.3
"""Share of a word that stands under the heading it belongs to."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a table stand, by what they hold.

    Columns of positions, units and the like are there too: what they hold is no other column's.
    """

    band: Band
    boxes: Mapping[str, Bbox]

    def holds(self, box: Bbox) -> str | None:
        """The column in which something stands; None between columns."""
        shared = {name: overlap(box, head) for name, head in self.boxes.items()}
        name = max(shared, key=lambda name: shared[name])
        return name if shared[name] > -1.5 * box.height else None

    def parted(self, cell: Cell) -> Iterator[tuple[str, Span]]:
        """A cell's words by column: narrow columns run into each other."""
        name = self.holds(cell.words[0].bbox) if len(cell.words) > 1 else self.holds(cell.bbox)
        # A long description begins before its heading, or ends behind it.
        name = name if len(cell.words) > 1 and self._crosses(cell) else self.holds(cell.bbox)
        start = 0
        for word in cell.words:
            under = self._under(word.bbox)
            if under and name and under != name and self._parts(name, under, cell, word.start):
                yield name, tidy(Span(cell, start, word.start))
                name, start = under, word.start
        if name is not None:
            yield name, tidy(Span(cell, start, len(cell.text)))

    def _crosses(self, cell: Cell) -> bool:
        return len({self._under(word.bbox) for word in cell.words} - {None}) > 1

    def _under(self, box: Bbox) -> str | None:
        shared = {name: overlap(box, head) for name, head in self.boxes.items()}
        name = max(shared, key=lambda name: shared[name])
        return name if shared[name] > _INSIDE * box.width else None

    def _parts(self, name: str, under: str, cell: Cell, start: int) -> bool:
        """Whether a word begins another column: a figure under figures, or words behind one."""
        is_figure = cell.text[start].isdigit() or cell.text[start] in "-+€$£"
        return is_figure if under in _FIGURES else name in _FIGURES


def headings(sheet: Sheet) -> Iterator[Columns]:
    """The headings of all tables with descriptions and prices."""
    for band in sheet.bands:
        boxes: dict[str, Bbox] = {}
        for cell in band.cells:
            boxes.update(_parts_of(cell, boxes))
        known = {name for name in boxes if not name.startswith("other")}
        prices = {"price", "unit_price"} & known
        lists = "description" in known or known >= {"quantity", "unit_price"}
        if prices and lists and len(known) >= 3:
            yield Columns(band, _with_price(boxes))


def _parts_of(cell: Cell, taken: Mapping[str, Bbox]) -> Iterator[tuple[str, Bbox]]:
    """What a cell heads: one column, or several that stand close together."""
    found = list(phrases("columns").find(cell.text))
    here: dict[str, Bbox] = {}
    start = 0
    for place, one in enumerate(found):
        known = {**taken, **here}
        end = found[place + 1].start if place + 1 < len(found) else len(cell.text)
        if place == 0 and any(map(str.isalpha, cell.text[: one.start])) and len(found) > 1:
            here[f"other {cell.index}"] = cell.box(0, one.start)
            start = one.start
        if name := _column(one.kind, known):
            here[name] = cell.box(start, end)
        elif not here or place > 0:
            here[f"other {cell.index} {place}"] = cell.box(start, end)
        start = end
    if not here or len(cell.words) > _WORDS * max(len(found), 1):
        here = {f"other {cell.index}": cell.bbox}
    yield from here.items()


def _column(kind: str, taken: Mapping[str, Bbox]) -> str | None:
    """What a heading names; "Amount" is a quantity left of others, a price at the end."""
    if kind == "other":
        return None
    if kind not in taken:
        return kind
    return "price" if kind in {"unit_price", "quantity"} and "price" not in taken else None


def _with_price(boxes: dict[str, Bbox]) -> dict[str, Bbox]:
    """A table with one column of money has it for the line's total."""
    if "price" not in boxes:
        return {("price" if name == "unit_price" else name): box for name, box in boxes.items()}
    return boxes
