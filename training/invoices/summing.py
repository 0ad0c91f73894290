"""The sums below the table."""

from collections.abc import Sequence

from training.invoices.families import Totals
from training.invoices.pen import Pen
from training.invoices.printing import Pair, Print
from training.invoices.rows import Rows


def draw_sums(pen: Pen, made: Print, place: Totals, y: float, rows: Rows) -> float:
    """Gives where the page is free below."""
    pairs = made.sums
    y += 0.4 * pen.line
    widest = max(pen.measure(label, bold=True) for label, _ in pairs)
    amounts = max(pen.measure(amount, bold=True) for _, amount in pairs)
    match place:
        case "right" | "boxed":
            end = pen.right - 3
            start = end - max(widest + amounts + 24, 0.35 * pen.width)
            return _column(pen, pairs, start, end, y, boxed=place == "boxed")
        case "left":
            return _column(pen, pairs, pen.left, pen.left + widest + amounts + 40, y, boxed=False)
        case "in_table":
            for number, pair in enumerate(pairs):
                y = rows.pair(pair, y, bold=number == len(pairs) - 1)
            return y
        case "row":
            return _across(pen, pairs, y)
        case "vat_table":
            start = pen.right - max(widest + amounts + 24, 0.35 * pen.width)
            bottom = _by_rate(pen, made, y, start - pen.left - 20)
            return max(bottom, _column(pen, pairs, start, pen.right - 3, y, boxed=False))


def _column(
    pen: Pen, pairs: Sequence[Pair], start: float, end: float, y: float, *, boxed: bool
) -> float:
    """Labels left, amounts right; the last line is bold."""
    for number, (label, amount) in enumerate(pairs):
        bold = number == len(pairs) - 1
        if bold and not boxed:
            pen.rule(start, y, end, y)
        pen.text(start + 3, y + 2, label, bold=bold)
        pen.text(end - 3, y + 2, amount, bold=bold, align="right")
        bottom = y + 1.35 * pen.line
        if boxed:
            pen.box(start, y, end, bottom)
        y = bottom
    return y


def _across(pen: Pen, pairs: Sequence[Pair], y: float) -> float:
    """Headings above amounts."""
    step = (pen.right - pen.left) / len(pairs)
    for place, (label, amount) in enumerate(pairs):
        end = pen.left + (place + 1) * step - 4
        pen.text(end, y, label, min(0.9, 0.9 * step / pen.measure(label)), align="right")
        size = min(1, 0.92 * step / pen.measure(amount, bold=True))
        pen.text(end, y + 1.3 * pen.line, amount, size, bold=True, align="right")
    pen.rule(pen.left, y + 1.15 * pen.line, pen.right, y + 1.15 * pen.line)
    return y + 2.7 * pen.line


def _by_rate(pen: Pen, made: Print, y: float, room: float) -> float:
    """What is taxed at which rate, in the left half, `room` points wide."""
    words = made.words
    ends = [pen.left + share * room for share in (0.25, 0.62, 1.0)]
    heads = (words["rate"], words["base"], words["taxes"])
    for end, head in zip(ends, heads, strict=True):
        pen.text(end, y, head, min(0.85, 0.3 * room / pen.measure(head)), align="right")
    y += 1.3 * pen.line
    for tax in made.sale.taxes:
        cells = (
            f"{made.figure(tax.rate)}%",
            made.row_amount(tax.base),
            made.row_amount(tax.amount),
        )
        for end, cell in zip(ends, cells, strict=True):
            size = min(0.9, 0.33 * room / pen.measure(cell))
            pen.text(end, y, cell, size, align="right")
        y += pen.line
    return y
