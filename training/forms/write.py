"""Writes forms as a data set: `python -m training.forms.write DIR --count 60 --seed 1`.

Kinds take turns; a seed and a number always give the same document. `--held-back` draws the kinds
and fields that nothing may be tuned on.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.asked import asked_to_draw
from training.forms.facts import Content, Element, Fact, Quad, Rows, quad
from training.forms.manners import drawn_manner
from training.forms.paper import drawn_paper
from training.forms.questions import questions, sought
from training.forms.schemas import absent_facts, asked_of
from training.forms.screens import Screen, drawn_screen
from training.forms.setting import Setting
from training.forms.values import Value, drawn_value
from training.forms.vocabulary import Concept, Kind, Vocabulary, vocabulary
from training.routing.brush import Picture
from training.wear import as_photo, as_scan

_WORN = 1 / 3
_NO_TABLE = 0.2
_FARTHEST = 8
"""Absent fields that come from other kinds of documents."""
_QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 90)


@dataclass(frozen=True, slots=True)
class Form:
    """A picture and what is true of it, but for the file's name."""

    picture: Picture
    labels: Mapping[str, Any]


def main() -> None:
    args = asked_to_draw(__doc__)
    write(args.folder, args.count, args.seed, held_back=args.held_back)


def write(folder: Path, count: int, seed: int, *, held_back: bool) -> None:
    """Pictures and labels.jsonl."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    kinds = vocabulary(held_back=held_back).kinds
    with (folder / "labels.jsonl").open("w", encoding="utf-8") as file:
        for number in range(count):
            kind = kinds[number % len(kinds)]
            form = drawn_form(kind, f"{seed} {number}", held_back=held_back)
            name = f"images/{number:05}-{kind.name}.jpg"
            pixels = cv2.cvtColor(form.picture, cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(folder / name), pixels, _QUALITY)
            file.write(json.dumps({"file": name, **form.labels}, ensure_ascii=False) + "\n")


def drawn_form(kind: Kind, seed: str, *, held_back: bool) -> Form:
    """One document of a kind."""
    rng = random.Random(f"{seed} {kind.name}")
    part = vocabulary(held_back=held_back)
    manner = drawn_manner(rng, held_back=held_back)
    draw = drawn_screen if kind.screen else drawn_paper
    on = draw(kind, part, manner, rng)
    content = _content(on, kind, part)
    absent = (*content.blank, *content.absent)
    tables = content.tables or _lacking(on, part)
    labels = asked_of(content.facts, absent, tables, rng).line
    labels["questions"] = questions(content, rng)
    labels["locate"] = sought(content, _missing(on), rng) if isinstance(on, Screen) else []
    labels["lines"] = [{"text": run.text, "polygon": quad(run.box)} for run in on.sheet.words]
    picture = np.asarray(on.sheet.cut(on.sheet.deepest + rng.uniform(15, 50)), np.uint8)
    if not kind.screen and rng.random() < _WORN:
        picture, labels = _worn(picture, labels, rng)
    named = {"schema": "form", "group": kind.name, "language": manner.language}
    return Form(picture, {**named, **labels})


def _content(on: Setting, kind: Kind, part: Vocabulary) -> Content:
    symbols = [quad(box) for box in on.symbols]
    facts = (*on.facts, *([_currency(on, symbols)] if symbols else []))
    shown = [fact.concept for fact in (*facts, *on.blank)]
    shown += [column for rows in on.tables for column in rows.columns]
    far = on.rng.sample(part.concepts, _FARTHEST)
    pool = list(dict.fromkeys((*kind.fields, *part.heads, *far)))
    absent = absent_facts(shown, pool, lambda concept: _possible(concept, on))
    elements = tuple(on.elements) if isinstance(on, Screen) else ()
    return Content(
        language=on.manner.language, facts=facts, blank=tuple(on.blank), tables=tuple(on.tables),
        elements=elements, absent=absent,
    )  # fmt: skip


def _lacking(on: Setting, part: Vocabulary) -> tuple[Rows, ...]:
    """For a document without tables, now and then one that it could have."""
    if on.rng.random() > _NO_TABLE:
        return ()
    table = on.rng.choice([table for kind in part.kinds for table in kind.tables])
    row = tuple(Fact(column, _possible(column, on)) for column in table.columns)
    return (Rows(table, table.columns, (row,)),)


def _possible(concept: Concept, on: Setting) -> Value:
    """What it could be, if it were there."""
    if concept.sort == "title":
        return Value("title", "", "")
    return drawn_value(concept, on.manner, on.rng)


def _currency(on: Setting, places: list[Quad]) -> Fact:
    """All amounts of a document have one currency, printed beside them."""
    is_held_back = on.manner.is_held_back
    names = ("coin", "denomination") if is_held_back else ("currency", "currency code", "curr")
    concept = Concept(
        key="denomination" if is_held_back else "currency", value="currency", labels={},
        names=names, means="Of the amounts, as printed.",
        asks=("In which currency are the amounts?", "Which currency is used?"),
    )  # fmt: skip
    symbol = on.manner.symbol
    return Fact(concept, Value("currency", symbol, symbol), places[0])


def _missing(on: Screen) -> list[Element]:
    """Buttons that the screen lacks, in its language."""
    return [
        Element("button", button.labels[0], quad((0, 0, 1, 1)), button.asks)
        for button in on.unused[-12:]
        if button.key not in {element.key for element in on.elements}
    ]


def _worn(
    picture: Picture, labels: Mapping[str, Any], rng: random.Random
) -> tuple[Picture, dict[str, Any]]:
    """Scanned or photographed, its quads moved along; as it was where some would be lost."""
    places = list(_quads(labels))
    wear = rng.choice((as_scan, as_photo))
    seed = rng.randrange(2**32)
    polygons = [tuple((x, y) for x, y in place) for place in places]
    worn, moved = wear(np.random.default_rng(seed), picture, polygons)
    if any(len(place) != 4 for place in moved):
        return picture, dict(labels)
    rounded = [[[round(float(x), 1), round(float(y), 1)] for x, y in place] for place in moved]
    rest = iter(rounded)
    return worn, {key: _replaced(child, rest) for key, child in labels.items()}


def _quads(node: object) -> Iterator[Quad]:
    """Every quad in labels, in order."""
    if _is_quad(node):
        yield node  # type: ignore[misc]
    elif isinstance(node, dict):
        for child in node.values():
            yield from _quads(child)
    elif isinstance(node, list):
        for child in node:
            yield from _quads(child)


def _replaced(node: object, places: Iterator[Quad]) -> object:
    if _is_quad(node):
        return next(places)
    if isinstance(node, Mapping):
        return {key: _replaced(child, places) for key, child in node.items()}
    if isinstance(node, list):
        return [_replaced(child, places) for child in node]
    return node


def _is_quad(node: object) -> bool:
    return (
        isinstance(node, list)
        and len(node) == 4
        and all(isinstance(point, list) and len(point) == 2 for point in node)
        and all(isinstance(side, float) for point in node for side in point)
    )


if __name__ == "__main__":
    main()
