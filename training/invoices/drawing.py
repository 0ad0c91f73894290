"""An invoice of a family as PDF: head, table, sums, foot."""

import random
from dataclasses import dataclass

from training.invoices.families import Family
from training.invoices.heading import draw_buyer, draw_meta, draw_seller
from training.invoices.pen import Pen, drawn_look
from training.invoices.printing import Print
from training.invoices.rows import Rows, drawn_columns
from training.invoices.summing import draw_sums

_FOOT = 0.915
"""Where the foot begins, in heights of the page."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn document, and what of it is not printed on every invoice."""

    pdf: bytes
    columns: tuple[str, ...]
    pages: int


def draw(made: Print, family: Family, rng: random.Random) -> Drawing:
    """The document as PDF with a text layer."""
    pen = Pen(drawn_look(rng, is_latin=made.sale.country.language != "pl"))
    counts = rng.random() < 0.7

    def turn() -> float:
        _foot(pen, made, family, counts=counts)
        pen.next_page()
        return pen.look.margin * 0.8

    y = draw_seller(pen, made, family.seller, rng)
    y = draw_buyer(pen, made, family.buyer, y, rng)
    y = draw_meta(pen, made, family.meta, y, rng)
    if made.intro:
        y = pen.text(pen.left, y + pen.line, made.intro)
    columns = drawn_columns(pen, rng, is_gross=made.sale.is_gross)
    rows = Rows(pen, made, family.table, columns)
    y = rows.draw(y + pen.line, turn, carry=rng.random() < 0.4)
    if y + 14 * pen.line > 0.9 * pen.height:
        y = turn()
    y = draw_sums(pen, made, family.totals, y, rows)
    _close(pen, made, family, y + pen.line, rng)
    _foot(pen, made, family, counts=counts)
    return Drawing(pen.finished(), columns.names, pen.pages)


def _close(pen: Pen, made: Print, family: Family, y: float, rng: random.Random) -> None:
    """Thanks, and where to pay unless the foot says it."""
    y = pen.block(pen.left, y, [*made.terms, made.words["closing"]])
    if family.seller in {"footer", "imprint"} or not made.account:
        return
    lines = [made.words["bank"], made.account, f"BIC{made.colon}{rng.choice(_BANKS)}"]
    if family.seller == "bottom":
        seller = made.sale.seller
        lines[1:1] = [f"{made.words['account']}{made.colon}{seller.name}"]
    pen.block(pen.left, y + 0.5 * pen.line, lines)


_BANKS = ("KREDDE21XXX", "NORDFRPP", "BANKITMM", "VEREATWW", "HANDNL2A")


def _foot(pen: Pen, made: Print, family: Family, *, counts: bool) -> None:
    y = _FOOT * pen.height
    if family.seller in {"footer", "imprint", "bottom"}:
        _imprint(pen, made, y)
    if counts:
        # How many pages there will be is not known yet: a document of one page says so.
        text = made.words["page"].format(page=pen.pages, pages=max(pen.pages, _pages(made)))
        pen.text(pen.width / 2, 0.975 * pen.height, text, 0.8, align="centre")


def _pages(made: Print) -> int:
    return 1 + len(made.sale.items) // 30


def _imprint(pen: Pen, made: Print, y: float) -> None:
    """The seller's address, contact, bank and tax number side by side."""
    seller = made.sale.seller
    columns = [
        [seller.name, seller.street, seller.place],
        made.contact,
        [made.words["bank"], *([made.account] if made.account else [])],
        list(made.numbers(seller)),
    ]
    pen.rule(pen.left, y - 4, pen.right, y - 4)
    step = (pen.right - pen.left) / len(columns)
    for place, lines in enumerate(columns):
        widest = max((pen.measure(one, 0.75) for one in lines), default=1)
        pen.block(pen.left + place * step, y, lines, size=0.75 * min(1, 0.95 * step / widest))
