"""Fields, headings, tables and noise on a sheet, one below the other."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from training.forms.facts import Fact, Rows, quad
from training.forms.manners import Manner
from training.forms.pen import Printed, Sheet
from training.forms.values import Value, drawn_value
from training.forms.vocabulary import Concept, Table, words

_UNFILLED = ("", "", "-", "n/a", "_________")
"""What stands where a form was left empty."""


@dataclass
class Setting:
    """What is being set, and how far down it has come."""

    sheet: Sheet
    manner: Manner
    rng: random.Random
    left: float
    right: float
    y: float
    facts: list[Fact] = field(default_factory=list)
    blank: list[Fact] = field(default_factory=list)
    tables: list[Rows] = field(default_factory=list)
    symbols: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def step(self) -> float:
        return self.sheet.step

    def label_of(self, concept: Concept) -> str:
        return self.rng.choice(concept.labels[self.manner.language])

    def value_of(self, concept: Concept) -> Value:
        return drawn_value(concept, self.manner, self.rng)

    def keep(self, concept: Concept, value: Value, printed: Printed, label: str | None) -> Fact:
        """What was printed becomes known."""
        if value.sort == "money" and value.span and len(printed.runs) == 1:
            at = value.text.find(self.manner.symbol)
            if at >= 0:
                self.symbols.append(printed.part((at, at + len(self.manner.symbol))))
        return self.known(
            Fact(concept, value, quad(printed.box), quad(printed.part(value.span)), label)
        )

    def known(self, fact: Fact) -> Fact:
        self.facts.append(fact)
        return fact

    def noise(self) -> None:
        """Sentences that answer nothing."""
        sentences = words()[self.manner.language]["noise"]
        text = " ".join(self.rng.sample(sentences, self.rng.choice((1, 1, 2, 3))))
        laid = self.sheet.lay(
            self.left, self.y, text, self.width, scale=0.8, ink=self.sheet.look.faint
        )
        self.y += len(laid.runs) * self.step * 0.9

    def heading(self, text: str, scale: float, align: str = "left") -> Printed:
        x = {"left": self.left, "centre": (self.left + self.right) / 2, "right": self.right}[align]
        accent = self.sheet.look.accent if self.rng.random() < 0.5 else None
        laid = self.sheet.lay(
            x, self.y, text, self.width, scale=scale, bold=True, ink=accent, align=align
        )
        self.y += len(laid.runs) * self.step * scale
        return laid

    def fields(self, concepts: Sequence[Concept], styles: Sequence[str]) -> None:
        """Labels with their values, in one to three columns of one style."""
        most = max(1, min(3, int(self.width / (17 * self.sheet.look.size))))
        columns = self.rng.randint(1, most)
        place = _STYLES[self.rng.choice(styles)]
        gap = 1.4 * self.sheet.look.size
        each = (self.width - gap * (columns - 1)) / columns
        colon = self.rng.choice((":", ":", ""))
        for start in range(0, len(concepts), columns):
            bottoms = []
            for number, concept in enumerate(concepts[start : start + columns]):
                x = self.left + number * (each + gap)
                bottoms.append(self._field(place, concept, x, each, colon))
            self.y = max(bottoms) + self.step * self.rng.choice((0.1, 0.1, 0.3))
        self.y += 0.4 * self.step

    def _field(self, place: "Place", concept: Concept, x: float, width: float, colon: str) -> float:
        label, value = self.label_of(concept), self.value_of(concept)
        is_blank = self.rng.random() < 0.05
        shown = self.rng.choice(_UNFILLED) if is_blank else value.text
        printed, bottom = place(self, x, width, f"{label}{colon}", shown)
        if is_blank:
            self.blank.append(Fact(concept, value, label=label))
        else:
            self.keep(concept, value, printed, label)
        return bottom

    def table(self, table: Table, most: int = 12) -> None:
        """A header and rows; the last columns may be left out."""
        shown = max(2, len(table.columns) - (self.rng.random() < 0.3))
        columns = table.columns[:shown]
        count = self.rng.choice((2, 3, 3, 4, 4, 5, 5, 6, 8, most))
        drawn = [[self.value_of(column) for column in columns] for _ in range(count)]
        names = list(dict.fromkeys(row[0].text for row in drawn))
        by_name = {row[0].text: row for row in drawn}
        rows = [by_name[name] for name in names]
        labels = [self.label_of(column) for column in columns]
        scale = self._fitting(labels, rows)
        lefts = self._lefts(labels, rows, scale)
        is_ruled = self.rng.random() < 0.5
        self._header(labels, lefts, scale)
        kept = [self._row(columns, row, lefts, scale, is_ruled=is_ruled) for row in rows]
        self.tables.append(Rows(table, columns, tuple(kept)))
        self.y += 0.5 * self.step

    def _widths(
        self, labels: Sequence[str], rows: Sequence[Sequence[Value]], scale: float
    ) -> list[float]:
        texts = zip(labels, *[[value.text for value in row] for row in rows], strict=True)
        return [max(self.sheet.length(t, scale, bold=True) for t in column) for column in texts]

    def _fitting(self, labels: Sequence[str], rows: Sequence[Sequence[Value]]) -> float:
        """Of the usual size, or smaller where that is too wide."""
        gaps = len(labels) * 1.2 * self.sheet.look.size
        return min(1.0, self.width / (sum(self._widths(labels, rows, 1.0)) + gaps))

    def _lefts(
        self, labels: Sequence[str], rows: Sequence[Sequence[Value]], scale: float
    ) -> list[float]:
        widths = self._widths(labels, rows, scale)
        spare = (self.width - sum(widths)) / len(widths) * self.rng.uniform(0.5, 1.0)
        found, x = [], self.left + 3
        for width in widths:
            found.append(x)
            x += width + spare
        return found

    def _header(self, labels: Sequence[str], lefts: Sequence[float], scale: float) -> None:
        if self.rng.random() < 0.4:
            box = (self.left, self.y - 4, self.right, self.y + self.sheet.look.size * 1.25)
            self.sheet.panel(box, fill=self.sheet.shade(0.12))
        for label, x in zip(labels, lefts, strict=True):
            if label:
                self.sheet.write(x, self.y, label, scale=scale, bold=True)
        self.y += 1.2 * self.step
        self.sheet.rule(self.left, self.y - 4, self.right, self.y - 4)

    def _row(
        self, columns: Sequence[Concept], row: Sequence[Value], lefts: Sequence[float],
        scale: float, *, is_ruled: bool,
    ) -> tuple[Fact, ...]:  # fmt: skip
        found = []
        for column, value, x in zip(columns, row, lefts, strict=True):
            run = Printed((self.sheet.write(x, self.y, value.text, scale=scale),))
            found.append(Fact(column, value, quad(run.box), quad(run.part(value.span))))
        self.y += self.step
        if is_ruled:
            self.sheet.rule(self.left, self.y - 4, self.right, self.y - 4)
        return tuple(found)


Place = Callable[[Setting, float, float, str, str], tuple[Printed, float]]
"""Prints a label and a value from x, so wide; gives the value and how far down it came."""


def _beside(on: Setting, x: float, width: float, label: str, text: str) -> tuple[Printed, float]:
    """Values start at one place, where labels leave room."""
    sheet = on.sheet
    sheet.write(x, on.y, label, ink=sheet.look.faint if on.rng.random() < 0.3 else None)
    start = max(0.42 * width, sheet.length(label) + 0.6 * sheet.look.size)
    return _laid(on, x + start, on.y, width - start, text)


def _behind(on: Setting, x: float, width: float, label: str, text: str) -> tuple[Printed, float]:
    """Right behind the label."""
    run = on.sheet.write(x, on.y, label, bold=True)
    start = run.box[2] + 0.4 * on.sheet.look.size
    return _laid(on, start, on.y, x + width - start, text)


def _below(on: Setting, x: float, width: float, label: str, text: str) -> tuple[Printed, float]:
    sheet = on.sheet
    sheet.write(x, on.y, label, scale=0.72, ink=sheet.look.faint)
    return _laid(on, x, on.y + sheet.look.size, width, text)


def _boxed(on: Setting, x: float, width: float, label: str, text: str) -> tuple[Printed, float]:
    sheet = on.sheet
    sheet.write(x + 5, on.y + 3, label, scale=0.68, ink=sheet.look.faint)
    printed, bottom = _laid(on, x + 8, on.y + sheet.look.size + 2, width - 12, text)
    sheet.panel((x, on.y, x + width, bottom + 4), edge=sheet.look.faint)
    return printed, bottom + 6


def _dotted(on: Setting, x: float, width: float, label: str, text: str) -> tuple[Printed, float]:
    """The value ends at the right; dots or nothing lead there."""
    sheet = on.sheet
    begin = sheet.write(x, on.y, label).box[2] + 8
    room = width - (begin - x)
    if sheet.length(text, bold=True) > room:
        return _laid(on, x + 20, on.y + on.step, width - 20, text)
    run = sheet.write(x + width, on.y, text, align="right")
    end = run.box[0] - 8
    if on.rng.random() < 0.5 and end > begin:
        sheet.rule(begin, run.box[3] - 3, end, run.box[3] - 3)
    return Printed((run,)), on.y + on.step


def _laid(on: Setting, x: float, y: float, width: float, text: str) -> tuple[Printed, float]:
    """A value with what room there is; a narrow one goes below its label."""
    if width < 6 * on.sheet.look.size and on.sheet.length(text) > width:
        x, y, width = on.left + 20, y + on.step, on.width - 20
    printed = on.sheet.lay(x, y, text, width)
    return printed, y + (len(printed.runs) - 1) * on.sheet.look.size * 1.3 + on.step


_STYLES: dict[str, Place] = {
    "beside": _beside,
    "behind": _behind,
    "below": _below,
    "boxed": _boxed,
    "dotted": _dotted,
}
