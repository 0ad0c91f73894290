"""Pages with tables by a seed, by what makes them hard: what `make eval-tables` measures."""

import random
from collections.abc import Callable
from dataclasses import replace

from tests.workers.stages.readers.generic.drawn import amount, draw_text, phrase
from tests.workers.stages.readers.generic.grids import Cell, Content, Look, Page, draw

_INKS = ("black", "#666666", "#bbbbbb")


def content(
    chance: random.Random,
    *,
    lines: int = 1,
    empty: float = 0.0,
    figures: bool = False,
    most: int = 4,
) -> Content:
    """A heading row and rows of words, codes and numbers; `lines` is how many a cell may have."""
    words = 1 if figures else chance.randint(1, 2)
    makes: list[Callable[[random.Random], str]] = [
        lambda one: phrase(one, 1, 3),
        *([lambda one: f"{one.choice('ABQX')}-{one.randint(10, 9999)}"] * (words - 1)),
        *([amount] * chance.randint(2, most)),
    ]
    cells = [Cell(0, at, (phrase(chance, 1, 1),)) for at in range(len(makes))]
    for row in range(1, chance.randint(4, 9)):
        for at, make in enumerate(makes):
            count = chance.randint(1, lines) if at == 0 else 1
            if at == 0 or chance.random() >= empty:
                further = (phrase(chance, 1, 2).lower() for _ in range(count - 1))
                cells.append(Cell(row, at, (make(chance), *further)))
    return Content(tuple(cells), frozenset(range(words, len(makes))))


def headed(known: Content, chance: random.Random) -> Content:
    """The same under a first row whose cells reach over two columns or over two rows."""
    wide = chance.randrange(1, known.width - 1)
    own = {wide, wide + 1}
    upper = Cell(0, wide, (phrase(chance, 1, 2),), columns=2)
    heads = [
        replace(cell, row=int(cell.column in own), rows=1 if cell.column in own else 2)
        for cell in known.cells
        if cell.row == 0
    ]
    body = [replace(cell, row=cell.row + 1) for cell in known.cells if cell.row]
    return Content(tuple(sorted((upper, *heads, *body), key=_place)), known.right)


def grouped(known: Content, chance: random.Random) -> Content:
    """The same behind a first column whose cells reach over two or three rows."""
    row, groups = 1, [Cell(0, 0, (phrase(chance, 1, 1),))]
    while row < known.height:
        rows = min(chance.randint(2, 3), known.height - row)
        groups.append(Cell(row, 0, (phrase(chance, 1, 1),), rows=rows))
        row += rows
    moved = (replace(cell, column=cell.column + 1) for cell in known.cells)
    right = frozenset(column + 1 for column in known.right)
    return Content(tuple(sorted((*groups, *moved), key=_place)), right)


def summed(known: Content, chance: random.Random) -> Content:
    """The same over a last row whose label reaches over all columns but the last."""
    last = known.width - 1
    label = Cell(known.height, 0, (phrase(chance, 1, 2),), columns=last)
    total = Cell(known.height, last, (amount(chance),))
    return Content((*known.cells, label, total), known.right)


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def look(chance: random.Random, **fixed: object) -> Look:
    """A look by lot, but for what is fixed."""
    drawn = Look(
        ink=chance.choice(_INKS),
        thick=chance.randint(1, 2),
        filled=chance.random() < 0.3,
        middle=chance.random() < 0.4,
        size=chance.choice((16, 18, 20)),
        pad=chance.uniform(0.3, 0.7),
        gap=chance.uniform(1.3, 2.2),
    )
    return replace(drawn, **fixed)  # type: ignore[arg-type]


def _one(chance: random.Random, known: Content, set_as: Look) -> Page:
    """Text, a table, text."""
    page = Page()
    top = draw_text(page.drawn, chance, 90)
    top = draw(page, known, set_as, 80, top + 60)
    draw_text(page.drawn, chance, top + 70)
    return page


def _above_each_other(chance: random.Random) -> Page:
    page, rows = Page(), chance.choice(("header", "none", "all"))
    top = draw_text(page.drawn, chance, 90)
    top = draw(page, content(chance, figures=True), look(chance, rows=rows), 80, top + 60)
    top = draw_text(page.drawn, chance, top + 70)
    draw(page, content(chance), look(chance, rows=rows), 80, top + 60)
    return page


def _side_by_side(chance: random.Random) -> Page:
    page, rows = Page(), chance.choice(("header", "none", "all"))
    top = draw_text(page.drawn, chance, 90) + 60
    for left in (80, 680):
        known = content(chance, figures=True, most=2)
        draw(page, known, look(chance, rows=rows, size=16, gap=1.4), left, top)
    return page


def _beside_text(chance: random.Random) -> Page:
    """A table at the left, a paragraph in a column of its own at the right."""
    page = Page()
    top = draw_text(page.drawn, chance, 90) + 60
    known = content(chance, figures=True, most=2)
    bottom = draw(page, known, look(chance, rows=chance.choice(("header", "all"))), 80, top)
    while top < bottom:
        page.drawn.write(phrase(chance, 4, 5), 700, top, 18)
        top += 25
    return page


def _single(
    make: Callable[[random.Random], Content], **fixed: object
) -> Callable[[random.Random], Page]:
    """Pages of one table, whose look is drawn by lot but for what is fixed."""
    return lambda lot: _one(lot, make(lot), look(lot, **fixed))


_AIRY, _BOXED = {"pad": 0.6}, {"rows": "all", "columns": True}
KINDS: dict[str, Callable[[random.Random], Page]] = {
    "no rules": _single(content),
    "figures, no rules": _single(lambda lot: content(lot, figures=True)),
    "holes, no rules": _single(lambda lot: content(lot, empty=0.2)),
    "several lines, no rules": _single(lambda lot: content(lot, lines=3), **_AIRY),
    "several lines, rows ruled": _single(lambda lot: content(lot, lines=3), rows="all"),
    "several lines, three rules": _single(lambda lot: content(lot, lines=2), rows="book", **_AIRY),
    "boxed": _single(content, **_BOXED),
    "boxed, several lines and holes": _single(
        lambda lot: content(lot, lines=3, empty=0.3), **_BOXED
    ),
    "columns ruled only": _single(content, rows="header", columns=True),
    "boxed, merged heading": _single(lambda lot: headed(content(lot, lines=2), lot), **_BOXED),
    "boxed, merged groups": _single(lambda lot: grouped(content(lot), lot), **_BOXED),
    "boxed, merged sum": _single(lambda lot: summed(content(lot, empty=0.2), lot), **_BOXED),
    "merged heading, no rules": _single(lambda lot: headed(content(lot), lot)),
    "two tables": _above_each_other,
    "side by side": _side_by_side,
    "beside text": _beside_text,
}
