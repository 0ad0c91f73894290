"""The head of the first page: who sells, who is to pay, number and dates."""

import random
from collections.abc import Sequence

from training.invoices.families import Buyer, Meta, Seller
from training.invoices.pen import Pen
from training.invoices.printing import Pair, Print

_WINDOW = 0.16
"""Where the address stands in the window of an envelope, in heights of the page."""


def draw_seller(pen: Pen, made: Print, place: Seller, rng: random.Random) -> float:
    """Gives where the page is free below."""
    seller, top = made.sale.seller, pen.look.margin * 0.7
    numbers = list(made.numbers(seller))
    lines = [seller.street, seller.place, *rng.sample(made.contact, rng.randint(0, 3)), *numbers]
    whole = [seller.name, *lines]
    match place:
        case "left":
            big = rng.choice((1.0, 1.3, 1.7))
            y = pen.text(pen.left, top, seller.name, big, bold=True, accent=True)
            y = pen.block(pen.left, y, lines)
        case "right":
            align, x = rng.choice((("right", pen.right), ("left", 0.62 * pen.width)))
            y = pen.block(x, top, whole, align=align, bold=True)
        case "centre":
            y = pen.text(pen.width / 2, top, seller.name, 1.5, bold=True, align="centre")
            y = pen.block(pen.width / 2, y, lines, align="centre")
        case "line":
            said = rng.choice((" · ", " - ", ", ", " | ")).join(whole[:3])
            y = pen.text(pen.left, top, said, min(1, (pen.right - pen.left) / pen.measure(said)))
            y = pen.block(pen.left, y, numbers)
        case "labelled":
            y = pen.text(pen.left, top, made.words["seller"] + made.colon.rstrip(), bold=True)
            y = pen.block(pen.left, y, whole)
        case "footer":
            pen.text(pen.right, top, seller.brand, 2.2, bold=True, align="right", accent=True)
            said = rng.choice((" · ", " - ", ", ", " • ")).join(whole[:3])
            y = pen.text(pen.left, _WINDOW * pen.height - pen.line, said, 0.7)
        case "brand":
            pen.text(pen.left, top, seller.brand, 2.4, bold=True, accent=True)
            y = pen.block(pen.right, top, whole, align="right", size=0.85)
        case "imprint" | "bottom":
            x, align = rng.choice(((pen.left, "left"), (pen.right, "right")))
            y = pen.text(x, top, seller.brand, 2.4, bold=True, align=align, accent=True)
    return y


def draw_buyer(pen: Pen, made: Print, place: Buyer, y: float, rng: random.Random) -> float:
    """The recipient's block, below what is drawn already or in its window."""
    buyer, words = made.sale.buyer, made.words
    contact = [words["contact"].format(name=buyer.person)] if rng.random() < 0.25 else []
    lines = [buyer.name, *contact, buyer.street, buyer.place]
    numbers = list(made.numbers(buyer))
    label = words["buyer"] + made.colon.rstrip()
    window = max(y + 0.5 * pen.line, _WINDOW * pen.height)
    half = 0.57 * pen.width
    match place:
        case "window":
            y = pen.block(pen.left, window, lines + numbers)
        case "window_right":
            y = pen.block(half, window, lines + numbers)
        case "labelled_left" | "labelled_right":
            x = pen.left if place == "labelled_left" else half
            top = pen.text(x, y + pen.line, label, bold=True)
            if rng.random() < 0.2:
                other = half if place == "labelled_left" else pen.left
                below = pen.text(other, y + pen.line, words["recipient"], bold=True)
                pen.block(other, below, [buyer.name, "Lager 2 / Dock 2", buyer.place])
            y = pen.block(x, top, lines + numbers)
        case "inline":
            start = pen.left + pen.measure(label + "  ", bold=True)
            pen.text(pen.left, y + pen.line, label, bold=True)
            y = pen.block(start, y + pen.line, lines + numbers)
        case "form":
            y = _pairs(pen, [(label, lines[0]), *(("", one) for one in lines[1:] + numbers)],
                          pen.left, pen.left + 0.2 * pen.width, y + pen.line)  # fmt: skip
    return y


def draw_meta(pen: Pen, made: Print, place: Meta, y: float, rng: random.Random) -> float:
    """Title, number, dates and references."""
    head = [made.number, *([day] if (day := made.day("issued")) else [])]
    if rng.random() < 0.2:
        head.reverse()
    if place != "sentence" and rng.random() < 0.85:
        y = pen.text(pen.left, y + 1.5 * pen.line, made.title, 1.6, bold=True, accent=True)
    y += 0.7 * pen.line
    if place == "sentence":
        y = pen.text(pen.left, y + pen.line, made.sentence, 1.3, bold=True)
        return _joined(pen, made, made.more, y)
    return _listed(pen, made, place, [*head, *made.more], y)


def _listed(pen: Pen, made: Print, place: Meta, pairs: Sequence[Pair], y: float) -> float:
    colon = made.colon.rstrip()
    said = [(label + colon, value) for label, value in pairs]
    widest = max(pen.measure(label) for label, _ in said) + 14
    match place:
        case "right":
            start = min(0.55 * pen.width, pen.right - widest - 0.17 * pen.width)
            y = _pairs(pen, said, start, start + widest, y)
        case "left":
            y = _pairs(pen, said, pen.left, pen.left + widest, y)
        case "row":
            y = _row(pen, pairs, y, boxed=len(pairs) % 2 == 0)
        case "stack":
            for label, value in pairs:
                y = pen.text(0.6 * pen.width, y, label, 0.8)
                y = pen.text(0.6 * pen.width, y, value, bold=True) + 3
        case "grid":
            for first in range(0, len(pairs), 3):
                y = _row(pen, pairs[first : first + 3], y, boxed=True)
        case _:
            y = _joined(pen, made, pairs, y)
    return y


def _joined(pen: Pen, made: Print, pairs: Sequence[Pair], y: float) -> float:
    return pen.block(pen.left, y, [f"{label}{made.colon}{value}" for label, value in pairs])


def _pairs(pen: Pen, pairs: Sequence[Pair], x: float, value_x: float, y: float) -> float:
    for label, value in pairs:
        pen.text(x, y, label)
        y = pen.text(value_x, y, value)
    return y


def _row(pen: Pen, pairs: Sequence[Pair], y: float, *, boxed: bool) -> float:
    """Headings above values."""
    step = (pen.right - pen.left) / len(pairs)
    bottom = y + 2.5 * pen.line
    for place, (label, value) in enumerate(pairs):
        x = pen.left + place * step
        room = 0.92 * step
        pen.text(x + 3, y + 2, label, min(0.85, room / pen.measure(label)))
        pen.text(x + 3, y + 1.2 * pen.line, value, min(1, room / pen.measure(value)))
        if boxed:
            pen.box(x, y, x + step, bottom)
    return bottom
