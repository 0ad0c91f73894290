"""A receipt of a family as a flat picture, with where everything stands."""

import random

from training.receipts.closing import end_rows, sum_rows
from training.receipts.faces import FREE, NARROW
from training.receipts.families import Family
from training.receipts.goods import goods_rows, rule
from training.receipts.heading import foot_rows, head_rows
from training.receipts.meta import meta_rows
from training.receipts.printing import printed
from training.receipts.sale import Sale
from training.receipts.sheet import Look, Row, Sheet, printed_sheet

_INKS = ((20, 20, 20), (35, 35, 40), (60, 60, 70), (90, 90, 90), (70, 50, 110), (30, 40, 110))
_INK_WEIGHTS = (10, 6, 3, 1, 1, 1)
_TORN = 0.05
"""Share of receipts whose lower part is not on the picture."""


def drawn_look(rng: random.Random) -> Look:
    """A till by lot: most set every letter as wide as the next, 30 to 46 to a line."""
    is_narrow = rng.random() < 0.68
    plain, bold = rng.choice(NARROW if is_narrow else FREE)
    width = rng.randint(430, 780)
    margin = width * rng.uniform(0.02, 0.1)
    letters = rng.randint(32, 46)
    size = (width - 2 * margin) / letters / (0.6 if is_narrow else 0.53)
    texture = rng.choices(("smooth", "dots", "needles"), (5, 5, 1))[0]
    return Look(
        plain=plain,
        bold=bold,
        size=max(round(size), 13),
        lead=rng.uniform(1.12, 1.5),
        width=width,
        margin=margin,
        ink=rng.choices(_INKS, _INK_WEIGHTS)[0],
        texture=texture if size > 21 or texture != "needles" else "smooth",
    )


def draw(sale: Sale, family: Family, rng: random.Random) -> Sheet:
    """The strip as the till prints it."""
    look = drawn_look(rng)
    made = printed(sale, look, rng)
    meta = [*meta_rows(made, family.meta)]
    rows = head_rows(made, family.head)
    rows += [] if family.meta == "end" else [*meta, rule(made)]
    rows += [*goods_rows(made, family.goods), rule(made), *sum_rows(made, family.sums)]
    rows += [rule(made), *meta] if family.meta == "end" else []
    rows += [*foot_rows(made, family.head), *end_rows(made)]
    if rng.random() < _TORN:
        rows = _torn(rows, rng)
    return printed_sheet(look, rows, rng.uniform(0.5, 4), rng.uniform(0.5, 4))


def _torn(rows: list[Row], rng: random.Random) -> list[Row]:
    """Without its head or without its end."""
    at = round(len(rows) * rng.uniform(0.15, 0.3))
    return rows[at:] if rng.random() < 0.3 else rows[: len(rows) - at]
