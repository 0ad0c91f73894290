"""The table of what is sold, over as many pages as it needs."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from training.invoices.families import Table
from training.invoices.pen import Pen
from training.invoices.printing import Pair, Print
from training.invoices.sale import Item

_FREE = 0.88
"""Share of a page's height that rows may fill."""
_RIGHT = frozenset({"quantity", "unit_price", "rate", "price", "gross_price"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns a table has, and where they begin and end."""

    names: tuple[str, ...]
    edges: tuple[tuple[float, float], ...]

    def of(self, name: str) -> tuple[float, float]:
        return self.edges[self.names.index(name)]


_SHARES = {
    "pos": 0.06, "article": 0.12, "quantity": 0.11, "unit": 0.08, "unit_price": 0.15, "rate": 0.11,
    "price": 0.17, "gross_price": 0.17,
}  # fmt: skip


def drawn_columns(pen: Pen, rng: random.Random, *, is_gross: bool) -> Columns:
    """Description, quantity, prices; the rest by lot."""
    price = "gross_price" if is_gross else "price"
    names = ["description", "quantity", "unit_price", price]
    if rng.random() < 0.4:
        names.insert(-1, "rate")
    if rng.random() < 0.3:
        names.insert(2, "unit")
    if rng.random() < 0.15:
        names.remove("quantity")
        names.insert(0, "quantity")
    if rng.random() < 0.25:
        names.insert(0, "article")
    if rng.random() < 0.5:
        names.insert(0, "pos")
    room = pen.right - pen.left
    widths = {name: _SHARES[name] * room for name in names if name != "description"}
    widths["description"] = room - sum(widths.values())
    starts = [pen.left + sum(widths[one] for one in names[:place]) for place in range(len(names))]
    edges = ((start, start + widths[name]) for start, name in zip(starts, names, strict=True))
    return Columns(tuple(names), tuple(edges))


class Rows:
    """Draws a table row by row; a new page repeats the heading."""

    def __init__(self, pen: Pen, made: Print, style: Table, columns: Columns) -> None:
        self.pen, self.made, self.style, self.columns = pen, made, style, columns
        self.count = 0

    def draw(self, y: float, turn: Callable[[], float], *, carry: bool) -> float:
        """All items from y on. `turn`: begins a page and tells where it is free."""
        y = self._head(y)
        done = self.made.sale.items[0].price * 0
        for number, item in enumerate(self.made.sale.items, start=1):
            cells = self._cells(number, item)
            height = (max(map(len, cells.values())) + 0.35) * self.pen.line
            if y + height > _FREE * self.pen.height:
                if carry:
                    self.pair((self.made.words["carried"], self.made.row_amount(done)), y)
                y = self._head(turn())
                if carry:
                    y = self.pair((self.made.words["brought"], self.made.row_amount(done)), y)
            y = self._row(y, cells, height)
            done += item.price
        return y

    def pair(self, pair: Pair, y: float, *, bold: bool = False) -> float:
        """A label and an amount at the end of the table's width."""
        pen, (start, end) = self.pen, self.columns.edges[-1]
        pen.text(start - 6, y + 2, pair[0], align="right", bold=bold)
        pen.text(end - 3, y + 2, pair[1], align="right", bold=bold)
        bottom = y + 1.4 * pen.line
        if self.style == "grid":
            pen.box(self.pen.left, y, start, bottom)
            pen.box(start, y, end, bottom)
        return bottom

    def _cells(self, number: int, item: Item) -> dict[str, list[str]]:
        made, (start, end) = self.made, self.columns.of("description")
        said = {
            "pos": str(number),
            "article": item.article,
            "quantity": made.figure(item.quantity),
            "unit": item.unit,
            "unit_price": made.row_amount(item.unit_price),
            "rate": f"{made.figure(item.rate)}%",
            "price": made.row_amount(item.price),
            "gross_price": made.row_amount(item.price),
        }
        words = self.pen.split(item.description, end - start - 6)
        notes = self.pen.split(item.note, end - start - 6) if item.note else []
        return {
            name: words + notes if name == "description" else [said[name]]
            for name in self.columns.names
        }

    def _head(self, y: float) -> float:
        pen, dark = self.pen, self.style == "dark_head"
        bottom = y + 1.5 * pen.line
        if dark:
            pen.box(pen.left, y, pen.right, bottom, grey=0.25)
        for name, (start, end) in zip(self.columns.names, self.columns.edges, strict=True):
            words = self.made.words[name]
            size = min(1.0, (end - start - 6) / pen.measure(words, bold=True))
            self._put(name, words, y + 0.25 * pen.line, size, bold=True, white=dark)
        self._frame(y, bottom)
        if self.style in {"lines", "zebra"}:
            pen.rule(pen.left, bottom, pen.right, bottom, 0.1)
        return bottom

    def _row(self, y: float, cells: dict[str, list[str]], height: float) -> float:
        if self.style == "zebra" and self.count % 2 == 0:
            self.pen.box(self.pen.left, y, self.pen.right, y + height, grey=0.93)
        self.count += 1
        for name, lines in cells.items():
            for place, text in enumerate(lines):
                self._put(name, text, y + (place + 0.2) * self.pen.line)
        self._frame(y, y + height)
        if self.style == "lines":
            self.pen.rule(self.pen.left, y + height, self.pen.right, y + height, 0.75)
        return y + height

    def _put(
        self, name: str, text: str, y: float, size: float = 1.0, *, bold: bool = False,
        white: bool = False,
    ) -> None:  # fmt: skip
        start, end = self.columns.of(name)
        x, align = (end - 3, "right") if name in _RIGHT else (start + 3, "left")
        self.pen.text(x, y, text, size, align=align, bold=bold, white=white)

    def _frame(self, y: float, bottom: float) -> None:
        if self.style == "grid":
            for start, end in self.columns.edges:
                self.pen.box(start, y, end, bottom)
