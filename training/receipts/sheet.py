"""Rows of text on a strip of paper, drawn as tills print them, and where each value stands."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

from training.receipts.faces import Face, printed_dots
from training.routing.brush import Picture
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Bbox

Align = Literal["left", "right", "centre"]
_CLEAR = 3.0
"""Pixels at either edge that nothing is printed on."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a piece of text says."""

    pointer: Pointer
    value: str | None = None
    """As labels have it; None: as printed."""
    turn: int = 0
    """Pieces of one pointer and turn belong together; another turn says the same again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that says one thing, or nothing that is asked for."""

    text: str
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """Pieces beside each other, and where they stand: `at` in shares of what can be printed on."""

    pieces: tuple[Piece, ...]
    align: Align = "left"
    at: float = 0.0

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells at one height. `wide`, `tall`: how far letters are stretched. `gap`: lines below."""

    cells: tuple[Cell, ...]
    size: float = 1.0
    bold: bool = False
    wide: float = 1.0
    tall: float = 1.0
    gap: float = 0.0
    inverse: bool = False
    face: str | None = None
    """Instead of the till's own."""
    rule: str = ""
    """A line across: of this letter, or "line", "double"; "bars": a bar code."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a till prints."""

    plain: str
    bold: str
    size: int
    """Of letters, pixels."""
    lead: float
    width: int
    margin: float
    ink: tuple[int, int, int]
    texture: str
    """"smooth", "dots" of a thermal head, or "needles"."""

    @property
    def room(self) -> float:
        return self.width - 2 * self.margin

    def face(self, row: Row) -> Face:
        name = row.face or (self.bold if row.bold else self.plain)
        return Face.of(name, round(self.size * row.size))

    def measure(self, text: str, row: Row | None = None) -> float:
        """How much of a line's width a text takes."""
        row = row or Row(())
        return self.face(row).length(text) * row.wide / self.room

    def has_room(self, row: Row) -> bool:
        """Whether the cells of a row stand clear of each other, and of the left edge."""
        spans = []
        for one in row.cells:
            width = self.measure(one.text, row)
            start = one.at - width * _SHIFTS[one.align]
            spans.append((start, start + width))
        spans.sort()
        least = self.measure(" ", row)
        is_clear = all(one[1] + least <= other[0] for one, other in pairwise(spans))
        return is_clear and all(start > -least for start, _ in spans)

    def reach(self, row: Row) -> float:
        """Where the last cell ends."""
        one = row.cells[-1]
        return one.at + self.measure(one.text, row) * (1 - _SHIFTS[one.align])

    def packed(self, row: Row) -> Row:
        """Cells moved to the left where the next ones need the room; the last stays."""
        cells: list[Cell] = []
        limit, least = 2.0, self.measure(" ", row)
        for one in reversed(row.cells):
            width = self.measure(one.text, row)
            start = one.at - width * _SHIFTS[one.align]
            moved = min(start, limit - least - width)
            cells.insert(0, replace(one, at=one.at + moved - start))
            limit = moved
        return replace(row, cells=tuple(cells))

    def split(self, text: str, room: float = 1.0, row: Row | None = None) -> list[str]:
        """A text in lines that are no wider than a share of the line."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.measure(longer, row) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def cut(self, text: str, room: float) -> str:
        """As much of a text as fits."""
        while len(text) > 3 and self.measure(text) > room:
            text = text[:-1].rstrip()
        return text


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece that says something, and where it came to stand."""

    tag: Tag
    text: str
    box: Bbox
    cell: int
    """Pieces of one cell are written without a blank between."""


@dataclass
class Sheet:
    """A printed strip."""

    look: Look
    height: int
    marks: list[Mark] = field(default_factory=list)
    lines: list[tuple[str, Bbox]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ink = Image.new("L", (self.look.width, self.height), 0)
        self._draw = ImageDraw.Draw(self.ink)

    def row(self, row: Row, y: float) -> None:
        """Prints a row with its upper edge there."""
        if row.rule:
            self._rule(row, y)
        for cell in row.cells:
            self._cell(row, cell, y)

    def _cell(self, row: Row, cell: Cell, y: float) -> None:
        face, look = self.look.face(row), self.look
        lengths = [face.length(piece.text) for piece in cell.pieces]
        most = look.width - 2 * _CLEAR
        wide = min(row.wide, most / max(sum(lengths), 1.0))
        width = sum(lengths) * wide
        x = look.margin + cell.at * look.room - width * _SHIFTS[cell.align]
        x = min(max(x, _CLEAR), look.width - _CLEAR - width)
        if row.inverse:
            edges = (x - 4, y, x + width + 4, y + face.height * row.tall)
            self._draw.rectangle(edges, fill=255)
        face.write(self.ink, (x, y), cell.text, (wide, row.tall), 0 if row.inverse else 255)
        top, bottom = (y + edge * row.tall for edge in face.extent(cell.text))
        self.lines.append((cell.text, Bbox.of((x, top, x + width, bottom))))
        self._mark(cell, x, [length * wide for length in lengths], (top, bottom))

    def _mark(
        self, cell: Cell, x: float, lengths: Sequence[float], span: tuple[float, float]
    ) -> None:
        for piece, length in zip(cell.pieces, lengths, strict=True):
            box = Bbox.of((x, span[0], x + length, span[1]))
            number = len(self.lines)
            self.marks += [Mark(tag, piece.text, box, number) for tag in piece.tags]
            x += length

    def _rule(self, row: Row, y: float) -> None:
        look = self.look
        left, right, middle = look.margin, look.width - look.margin, y + 0.5 * look.size
        if row.rule == "bars":
            rng = random.Random(round(y))
            while left < right - 8:
                width = rng.choice((2, 2, 4, 6))
                self._draw.rectangle((left, y, left + width - 1, y + 2.6 * look.size), fill=255)
                left += width + rng.choice((2, 3, 5))
        elif row.rule in {"line", "double"}:
            for offset in (0, 5) if row.rule == "double" else (0,):
                self._draw.line((left, middle + offset, right, middle + offset), fill=255, width=2)
        else:
            count = int(look.room / max(look.face(row).length(row.rule), 1.0))
            look.face(row).write(self.ink, (left, y), row.rule * count, (1.0, 1.0), 255)

    @property
    def picture(self) -> Picture:
        """Ink on white."""
        strength = printed_dots(np.asarray(self.ink, np.uint8), self.look.texture)
        share = strength.astype(np.float32)[..., None] / 255
        ink = np.array(self.look.ink, np.float32)
        return np.asarray(255 - share * (255 - ink), np.uint8)


_SHIFTS: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}


def printed_sheet(look: Look, rows: Sequence[Row], top: float, bottom: float) -> Sheet:
    """All rows below each other. `top`, `bottom`: empty lines."""
    places = list(_places(look, rows, top))
    height = round((places[-1] if places else 0) + bottom * look.size * look.lead)
    sheet = Sheet(look, max(height, 3 * look.size))
    for row, y in zip(rows, places[:-1], strict=True):
        sheet.row(row, y)
    return sheet


def _places(look: Look, rows: Sequence[Row], top: float) -> Iterator[float]:
    """Where each row begins, and where the last ends."""
    line = look.size * look.lead
    y = top * line
    for row in rows:
        yield y
        y += line * (2.8 if row.rule == "bars" else row.size * row.tall) + row.gap * line
    yield y
