"""Pages drawn by a seed: tables in several styles, forms and text, with what they hold known."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vouch.schemas.document import Page
from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import PageLayout, PageTokens, Token
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.stages.ruling import rules_of
from vouch.workers.stages.segment import segment

WIDTH, HEIGHT = 1240, 1754
"""A4 at 150 dpi."""
Cells = dict[tuple[int, int], str]
"""Text by row and column."""
_WORDS = (
    "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "harbour", "inlet", "juniper",
    "kelp", "larch", "meadow", "north", "orchard", "pebble", "quarry", "ridge", "spruce", "timber",
    "upland", "valley", "willow", "yarrow", "zephyr",
)  # fmt: skip
_HEADING = "Measured values"


@dataclass(slots=True)
class Drawn:
    """One page: its pixels, its words, and what a reader should find."""

    image: Image.Image
    tokens: list[Token] = field(default_factory=list)
    tables: list[Cells] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    runs: int = 0

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def write(self, text: str, x: float, y: float, size: float, *, right: bool = False) -> Bbox:
        """Print words from (or up to) x, their line's top at y; the box around them."""
        font = ImageFont.load_default(size)
        pen = self.pen
        x = x - pen.textlength(text, font) if right else x
        boxes = []
        for word in text.split():
            left, top, end, bottom = pen.textbbox((x, y), word, font)
            pen.text((x, y), word, "black", font)
            boxes.append(Bbox(left=left, top=top, right=end, bottom=bottom))
            self.tokens.append(
                Token(text=word, polygon=boxes[-1].polygon, score=1.0, run=self.runs)
            )
            x += pen.textlength(word + " ", font)
        self.runs += 1
        return Bbox.union(boxes)

    @property
    def page(self) -> Page:
        return Page(number=1, width=self.image.width, height=self.image.height, dpi=150)

    @property
    def layout(self) -> PageLayout:
        """As a text layer would give it: every word where it was drawn."""
        tokens = PageTokens(
            page=1,
            width=self.image.width,
            height=self.image.height,
            turn=0,
            transform=Transform(),
            tokens=tuple(self.tokens),
            ocr_score=1.0,
        )
        layout = segment(tokens, self.page, None, GeometryLayout("page"))
        rules = rules_of(np.asarray(self.image), tokens.tokens)
        return layout.model_copy(update={"rules": rules})


def blank() -> Drawn:
    return Drawn(Image.new("RGB", (WIDTH, HEIGHT), "white"))


def phrase(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(least, most))).capitalize()


def amount(chance: random.Random) -> str:
    return f"{chance.randint(1, 9999)}.{chance.randint(0, 99):02}"


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is set."""

    size: int = 20
    pitch: float = 1.9
    """Distance of two rows, in sizes."""
    ruled: bool = False
    boxed: bool = False
    gap: float = 1.6
    """Least white between two columns, in sizes."""
    wrapped: bool = False
    """Some descriptions go on in a second line."""
    spanning: bool = False
    """A heading reaches over two columns."""
    empty: float = 0.0
    """Share of cells that hold nothing."""


STYLES: dict[str, Style] = {
    "borderless": Style(),
    "ruled": Style(ruled=True),
    "boxed": Style(ruled=True, boxed=True, gap=1.2),
    "dense": Style(size=17, pitch=1.45, gap=1.1),
    "airy": Style(size=22, pitch=2.6, gap=3.0),
    "wrapped": Style(pitch=2.0, wrapped=True, ruled=True),
    "wrapped borderless": Style(pitch=2.0, wrapped=True),
    "spanning": Style(spanning=True),
    "holes": Style(empty=0.2),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: how its cells are made and on which side they are flush."""

    heading: str
    make: Callable[[random.Random, int], str]
    right: bool


COLUMNS: tuple[Column, ...] = (
    Column("No.", lambda _, row: str(row), right=False),
    Column("Description", lambda chance, _: phrase(chance, 1, 4), right=False),
    Column("Article", lambda chance, _: f"AR-{chance.randint(100, 9999)}", right=False),
    Column("Date", lambda chance, _: f"2026-{chance.randint(1, 12):02}-17", right=False),
    Column("Unit", lambda chance, _: chance.choice(["pcs", "kg", "box", "h"]), right=False),
    Column("Quantity", lambda chance, _: str(chance.randint(1, 40)), right=True),
    Column("Unit price", lambda chance, _: amount(chance), right=True),
    Column("Rate", lambda chance, _: f"{chance.choice([7, 19, 21])}%", right=True),
    Column("Amount", lambda chance, _: amount(chance), right=True),
)


def draw_table(drawn: Drawn, chance: random.Random, style: Style, top: float) -> float:
    """A table of three to seven columns; where it ends, in pixels."""
    places = sorted([*chance.sample(range(len(COLUMNS)), chance.randint(3, 6)), 1])
    columns = [COLUMNS[place] for place in dict.fromkeys(places)]
    rows = [[column.heading for column in columns]]
    rows += [
        [column.make(chance, number) for column in columns]
        for number in range(1, chance.randint(4, 13))
    ]
    _empty(rows, chance, style)
    first = _spanned(columns, style)
    edges = _edges(drawn, columns, rows, style)
    known: Cells = {}
    if first:
        middle = (edges[first][0] + edges[first + 1][1]) / 2
        half = drawn.pen.textlength(_HEADING, ImageFont.load_default(style.size)) / 2
        box = drawn.write(_HEADING, middle - half, top, style.size)
        drawn.pen.line(
            [(edges[first][0], box.bottom + 4), (edges[first + 1][1], box.bottom + 4)], "black"
        )
        known[0, first] = _HEADING
        top += style.pitch * style.size
    start = top
    for number, row in enumerate(rows):
        known |= {(number + bool(first), place): text for place, text in enumerate(row) if text}
        top = _row(drawn, row, columns, edges, style, top)
    _box(drawn, edges, start, top, style)
    drawn.tables.append(known)
    return top


def _empty(rows: list[list[str]], chance: random.Random, style: Style) -> None:
    for row in rows[1:]:
        for place in range(2, len(row)):
            if chance.random() < style.empty:
                row[place] = ""
    if style.wrapped:
        for row in rows[1:]:
            if chance.random() < 0.4:
                row[1 if rows[0][0] == "No." else 0] += f"\n{phrase(chance, 1, 3).lower()}"


def _spanned(columns: Sequence[Column], style: Style) -> int | None:
    """The first of the two columns under a common heading."""
    return len(columns) - 2 if style.spanning else None


def _edges(
    drawn: Drawn, columns: Sequence[Column], rows: Sequence[Sequence[str]], style: Style
) -> list[tuple[float, float]]:
    """Left and right of each column: as wide as its longest text."""
    font = ImageFont.load_default(style.size)
    x, edges = 80.0, []
    for place in range(len(columns)):
        lines = [line for row in rows for line in row[place].split("\n")]
        width = max(drawn.pen.textlength(line, font) for line in lines)
        edges.append((x, x + width))
        x += width + style.gap * style.size
    return edges


def _row(
    drawn: Drawn,
    row: Sequence[str],
    columns: Sequence[Column],
    edges: Sequence[tuple[float, float]],
    style: Style,
    top: float,
) -> float:
    for column, text, (left, right) in zip(columns, row, edges, strict=True):
        for number, printed in enumerate(text.split("\n") if text else []):
            x, y = (right if column.right else left), top + 1.25 * number * style.size
            drawn.write(printed, x, y, style.size, right=column.right)
    below = top + (style.pitch + 1.25 * any("\n" in text for text in row)) * style.size
    if style.ruled:
        line = below - 0.35 * style.size
        drawn.pen.line([(edges[0][0] - 10, line), (edges[-1][1] + 10, line)], "black", 2)
    return below


def _box(
    drawn: Drawn, edges: Sequence[tuple[float, float]], top: float, bottom: float, style: Style
) -> None:
    if not style.boxed:
        return
    above, below = top - 0.35 * style.size, bottom - 0.35 * style.size
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(edges)]
    for x in (edges[0][0] - 10, *middles, edges[-1][1] + 10):
        drawn.pen.line([(x, above), (x, below)], "black", 2)


LABELS = (
    "Order number", "Customer", "Ship date", "Reference", "Contact", "Department", "Phone",
    "Account", "Terms", "Weight", "Room", "Status",
)  # fmt: skip


FORMS = ("colon", "columns", "above")
"""How labels stand to their values."""


def draw_form(drawn: Drawn, chance: random.Random, kind: str, top: float, size: int = 20) -> float:
    """Pairs: "colon" on one line, "columns" of labels and values, or "above" each other."""
    for label in chance.sample(LABELS, 6):
        makes = (amount, lambda c: phrase(c, 1, 3), lambda c: f"Q-{c.randint(100, 99999)}")
        value = chance.choice(makes)(chance)
        drawn.pairs.append((label, value))
        match kind:
            case "colon":
                drawn.write(f"{label}: {value}", 80, top, size)
                top += 1.7 * size
            case "columns":
                drawn.write(label, 80, top, size)
                drawn.write(value, 420, top, size)
                top += 1.7 * size
            case _:
                drawn.write(label, 80, top, 0.7 * size)
                drawn.write(value, 80, top + 1.05 * size, size)
                top += 3.1 * size
    return top


def draw_text(drawn: Drawn, chance: random.Random, top: float, size: int = 20) -> float:
    """A heading and a paragraph."""
    drawn.write(phrase(chance, 2, 4), 80, top, 1.3 * size)
    top += 2.4 * size
    for _ in range(chance.randint(2, 5)):
        drawn.write(phrase(chance, 9, 12), 80, top, size)
        top += 1.4 * size
    return top


def table_page(seed: int, style: Style) -> Drawn:
    """Text, a table, text."""
    chance, drawn = random.Random(seed), blank()
    top = draw_text(drawn, chance, 90)
    top = draw_table(drawn, chance, style, top + 60)
    draw_text(drawn, chance, top + 70)
    return drawn


def form_page(seed: int, kind: str) -> Drawn:
    """Text, a form, text."""
    chance, drawn = random.Random(seed), blank()
    top = draw_text(drawn, chance, 90)
    top = draw_form(drawn, chance, kind, top + 60)
    draw_text(drawn, chance, top + 70)
    return drawn
