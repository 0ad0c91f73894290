"""Printed documents: a letterhead, a title, fields, a table, sums, and noise between them."""

import random
from collections.abc import Sequence
from itertools import pairwise

from training.forms.manners import Manner
from training.forms.pen import Printed, Sheet, drawn_look
from training.forms.setting import Setting
from training.forms.values import Value
from training.forms.vocabulary import Concept, Kind, Vocabulary


def drawn_paper(kind: Kind, part: Vocabulary, manner: Manner, rng: random.Random) -> Setting:
    """One document of this kind."""
    width = rng.randint(600, 780) if kind.is_narrow else rng.randint(760, 1200)
    sheet = Sheet(drawn_look(rng, is_screen=False), width)
    margin = rng.uniform(0.03, 0.09) * width
    on = Setting(sheet, manner, rng, margin, width - margin, rng.uniform(20, 60))
    _letterhead(on, part)
    _title(on, kind, part)
    chosen = chosen_fields(kind.fields, rng, 6, 16, on)
    parts = _parted(chosen, rng)
    styles = _styles(kind)
    sentences = rng.randint(0, 3) + 4 * kind.has_prose
    for group in parts:
        for _ in range(_some(rng, sentences)):
            on.noise()
        on.fields(group, styles)
    if kind.tables and rng.random() < 0.85:
        on.table(rng.choice(kind.tables))
    if kind.sums:
        _sums(on, kind.sums)
    for _ in range(_some(rng, 2)):
        on.noise()
    return on


def chosen_fields(
    concepts: Sequence[Concept], rng: random.Random, least: int, most: int, on: Setting
) -> list[Concept]:
    """Some that nobody can confuse, in any order, nor with what is printed already."""
    found: list[Concept] = []
    printed = [fact.concept for fact in on.facts]
    count = rng.randint(least, most)
    for concept in rng.sample(list(concepts), len(concepts)):
        if len(found) < count and not any(concept.clashes(other) for other in (*found, *printed)):
            found.append(concept)
    return found


def _some(rng: random.Random, most: int) -> int:
    return rng.randint(0, most)


def _styles(kind: Kind) -> tuple[str, ...]:
    if kind.has_boxes:
        return ("boxed", "boxed", "below")
    return ("beside", "beside", "behind", "behind", "below", "dotted", "boxed")


def _letterhead(on: Setting, part: Vocabulary) -> None:
    """Who wrote it, without labels."""
    align = on.rng.choice(("left", "left", "centre", "right"))
    for concept in part.heads:
        if concept.sort == "title" or on.rng.random() < 0.45:
            continue
        value = on.value_of(concept)
        is_first = concept.sort == "company"
        laid = on.heading(value.text, 1.25, align) if is_first else _small(on, value, align)
        on.keep(concept, value, laid, None)


def _small(on: Setting, value: Value, align: str) -> Printed:
    x = {"left": on.left, "centre": (on.left + on.right) / 2, "right": on.right}[align]
    laid = on.sheet.lay(x, on.y, value.text, on.width, scale=0.85, align=align)
    on.y += len(laid.runs) * on.step * 0.85
    return laid


def _title(on: Setting, kind: Kind, part: Vocabulary) -> None:
    on.y += on.step * on.rng.uniform(0.2, 1.2)
    title = on.rng.choice(kind.titles[on.manner.language])
    text = title.upper() if on.rng.random() < 0.25 and "ß" not in title else title
    laid = on.heading(text, on.rng.uniform(1.3, 2.0), on.rng.choice(("left", "left", "centre")))
    concept = next(one for one in part.heads if one.sort == "title")
    on.keep(concept, Value("title", text, text), laid, None)
    on.y += 0.4 * on.step


def _parted(concepts: list[Concept], rng: random.Random) -> list[list[Concept]]:
    """Groups that stand apart."""
    count = rng.randint(1, min(3, len(concepts)))
    cuts = sorted(rng.sample(range(1, len(concepts)), count - 1)) if len(concepts) > 1 else []
    edges = [0, *cuts, len(concepts)]
    return [concepts[a:b] for a, b in pairwise(edges)]


def _sums(on: Setting, concepts: Sequence[Concept]) -> None:
    """Right below a table, at the right; nobody's money is added up."""
    printed = {fact.concept.key for fact in (*on.facts, *on.blank)}
    scale = on.rng.choice((1.0, 1.0, 1.15))
    for concept in concepts:
        if concept.key in printed or on.rng.random() < 0.1:
            continue
        label, value = on.label_of(concept), on.value_of(concept)
        run = on.sheet.write(on.right, on.y, value.text, scale=scale, align="right")
        on.sheet.write(min(on.right - 0.45 * on.width, run.box[0] - 12
                           - on.sheet.length(label, scale)), on.y, label, scale=scale)  # fmt: skip
        on.keep(concept, value, Printed((run,)), label)
        on.y += on.step * scale
    on.y += 0.3 * on.step
