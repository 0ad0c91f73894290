"""Questions and sub-schemas for receipts and invoices that other rooms have drawn and labelled."""

import random
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from training.forms.facts import Content, Fact, Rows
from training.forms.questions import questions
from training.forms.schemas import asked_of
from training.forms.values import Value
from training.forms.vocabulary import Concept, Table

_FIGURES = frozenset({"day", "clock", "bare", "number"})
"""Sorts whose value is not what is printed."""


def asking(line: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
    """Keys of a form's line, for a line of labels.jsonl of schema receipt or invoice.

    What `expected` does not speak of is not asked for; what it holds as null is, in vain. Where a
    line has no regions, or nothing as printed, neither have the answers.
    """
    told = _told()[line["schema"]]
    facts = [
        _fact(_concept(concept), pointer, line)
        for pointer, concept in told.items()
        if pointer.startswith("/") and pointer in line["expected"]
    ]
    goods = {key: _concept(one) for key, one in told["goods"].items()}
    content = Content(
        language="en",
        facts=tuple(fact for fact in facts if fact.is_there),
        absent=tuple(fact for fact in facts if not fact.is_there),
        tables=tuple(_tables(goods, line)),
    )
    asked = asked_of(content.facts, content.absent, content.tables, rng)
    return {**asked.line, "questions": questions(content, rng)}


@cache
def _told() -> dict[str, Any]:
    path = Path(__file__).with_name("pointers.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _concept(told: Mapping[str, Any]) -> Concept:
    return Concept(
        key=told["key"], value=told["value"], labels={}, names=tuple(told["names"]),
        means=told["means"], asks=tuple(told.get("asks", ())),
    )  # fmt: skip


def _fact(concept: Concept, pointer: str, line: Mapping[str, Any]) -> Fact:
    normal = _first(line["expected"].get(pointer))
    if normal is None:
        return Fact(concept, Value(concept.sort, "-", "-"))
    printed = _first(line.get("raw", {}).get(pointer))
    text = printed or ("" if concept.sort in _FIGURES else normal)
    places = line.get("regions", {}).get(pointer) or [None]
    return Fact(
        concept, Value(concept.sort, text, normal), places[0], is_unplaced=places[0] is None
    )


def _first(told: object) -> str | None:
    """Of several that are right, one will do."""
    if isinstance(told, dict):
        told = told.get("any")
    if isinstance(told, list | tuple):
        return str(told[0]) if told else None
    return None if told is None else str(told)


def _tables(goods: Mapping[str, Concept], line: Mapping[str, Any]) -> Iterator[Rows]:
    """The items, where each is labelled by its number."""
    parts = [pointer.split("/") for pointer in line["expected"] if pointer.startswith("/items/")]
    numbers = sorted({int(steps[2]) for steps in parts if steps[2].isdigit()})
    if not numbers:
        return
    kept = {key: one for key, one in goods.items() if any(steps[-1] == key for steps in parts)}
    rows = tuple(
        tuple(_fact(concept, f"/items/{number}/{key}", line) for key, concept in kept.items())
        for number in numbers
    )
    if kept and next(iter(kept)) == "description":
        table = Table("items", ("items", "goods", "lines"), "item", tuple(kept.values()), False)
        yield Rows(table, table.columns, rows)
