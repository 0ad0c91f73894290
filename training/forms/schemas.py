"""Schemas by lot over what a document says and does not say, and what is right under them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.forms.facts import Fact, Quad, Rows
from training.forms.values import Value
from training.forms.vocabulary import Concept
from vouch.schemas.pointers import pointer_of

Schema = dict[str, Any]
_NESTED = ("details", "header", "info", "main_data", "record")
_DATE = {"pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2018-12-25"]}
_AMOUNT = {"pattern": r"^-?\d+(\.\d+)?$", "examples": ["9.00"]}
_TIME = {"pattern": r"^\d{2}:\d{2}(:\d{2})?$", "examples": ["14:32"]}
_ABSENT = 0.25
_LONGEST = 5
"""Rows of a table that a schema may ask for."""


@dataclass
class Asked:
    """A schema and its truth, as a line of labels.jsonl has them."""

    json_schema: Schema = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    regions: dict[str, list[Quad]] = field(default_factory=dict)

    @property
    def line(self) -> dict[str, Any]:
        return {
            "json_schema": self.json_schema,
            "expected": self.expected,
            "raw": self.raw,
            "regions": self.regions,
        }

    def told(self, pointer: str, fact: Fact, wants: "Wants") -> None:
        """What is right for a leaf."""
        if not fact.is_there:
            self.expected[pointer] = None
            return
        value = fact.value
        self.expected[pointer] = value.text if wants.as_printed else value.normal
        if value.text:
            self.raw[pointer] = value.number if wants.number else value.text
        place = fact.part if wants.number and fact.part else fact.place
        if place is not None:
            self.regions[pointer] = [place]


@dataclass(frozen=True, slots=True)
class Wants:
    """What a leaf's schema wants of a value."""

    schema: Schema
    as_printed: bool = False
    number: bool = False
    """Only the number in it."""


def asked_of(
    facts: Sequence[Fact], absent: Sequence[Fact], tables: Sequence[Rows], rng: random.Random
) -> Asked:
    """A schema of two to seven properties, most of them about what is there."""
    asked, style = Asked(), rng.choices(_STYLES, _STYLE_WEIGHTS)[0]
    count = rng.randint(2, min(7, max(2, len(facts) + 1)))
    chosen = _chosen(facts, absent, count, rng)
    inner = count >= 4 and rng.random() < 0.2
    nested = set(rng.sample(range(len(chosen)), min(3, len(chosen) - 1))) if inner else set()
    root: dict[str, Schema] = {}
    within: dict[str, Schema] = {}
    group = style(rng.choice(_NESTED))
    for number, fact in enumerate(chosen):
        into, at = (within, (group,)) if number in nested else (root, ())
        _leaf(asked, into, at, fact, style, rng)
    if within:
        root[group] = _object(within, rng)
    shorter = [rows for rows in tables if len(rows.rows) <= _LONGEST]
    if shorter and rng.random() < 0.5:
        _list(asked, root, rng.choice(shorter), style, rng)
    asked.json_schema = _object(root, rng)
    return asked


def _chosen(
    facts: Sequence[Fact], absent: Sequence[Fact], count: int, rng: random.Random
) -> list[Fact]:
    """Facts that nobody can confuse, in any order."""
    found: list[Fact] = []
    there, missing = rng.sample(facts, len(facts)), rng.sample(absent, len(absent))
    while len(found) < count and (there or missing):
        wanted = missing if missing and (not there or rng.random() < _ABSENT) else there
        fact = wanted.pop()
        if not any(fact.concept.clashes(other.concept) for other in found):
            found.append(fact)
    return found


def _leaf(
    asked: Asked, into: dict[str, Schema], at: tuple[str | int, ...], fact: Fact,
    style: "Style", rng: random.Random,
) -> None:  # fmt: skip
    name = style(_name(fact, rng))
    wants = wanted(fact.value, rng)
    suffix = _UNIT_NAMES.get(fact.value.unit or "") if wants.number else None
    if suffix and rng.random() < 0.4:
        name = style(f"{name} {suffix}")
    if name in into:
        name = style(f"{fact.concept.key} {len(into)}")
    schema = wants.schema
    if fact.concept.means and rng.random() < 0.45:
        schema = {**schema, "description": fact.concept.means}
    into[name] = schema
    asked.told(pointer_of((*at, name)), fact, wants)


_UNIT_NAMES = {"kg": "kg", "km": "km", "GB": "gb", "min": "minutes", "kWh": "kwh", "ms": "ms",
               "h": "hours", "%": "percent", "t": "tons", "KB": "kb"}  # fmt: skip


def _name(fact: Fact, rng: random.Random) -> str:
    """What the schema calls it: seldom what the page does."""
    if fact.label and fact.label.isascii() and rng.random() < 0.12:
        return "".join(char if char.isalnum() else " " for char in fact.label).lower()
    return rng.choice((*fact.concept.names, *fact.concept.names, fact.concept.noun))


def _list(
    asked: Asked, root: dict[str, Schema], rows: Rows, style: "Style", rng: random.Random
) -> None:
    """The rows of a table, or some of its columns; null for a table that is not there."""
    name = style(rng.choice(rows.table.names))
    if name in root:
        return
    kept = sorted(rng.sample(range(len(rows.columns)), rng.randint(1, len(rows.columns))))
    members: dict[str, Schema] = {}
    names = [style(rng.choice(column.names)) for column in rows.columns]
    wants = [wanted(fact.value, rng) for fact in rows.rows[0]]
    for place in kept:
        members[names[place]] = wants[place].schema
    is_there = any(fact.is_there for fact in rows.rows[0])
    if not is_there:
        asked.expected[pointer_of((name,))] = None
    for number, row in enumerate(rows.rows if is_there else ()):
        for place in kept:
            asked.told(pointer_of((name, number, names[place])), row[place], wants[place])
    root[name] = {"type": "array", "items": _object(members, rng)}


def wanted(value: Value, rng: random.Random) -> Wants:
    """In which form a schema wants such a value."""
    return _FORMS.get(value.sort, _text)(value, rng)


def _text(_value: Value, rng: random.Random) -> Wants:
    return Wants(_nullable({"type": "string"}, rng), as_printed=True)


def _day(value: Value, rng: random.Random) -> Wants:
    if value.text and rng.random() < 0.12:
        schema = _nullable({"type": "string"}, rng)
        return Wants({**schema, "description": "As printed."}, as_printed=True)
    form = rng.choice(({"format": "date"}, {"format": "date"}, _DATE))
    return Wants(_nullable({"type": "string", **form}, rng))


def _clock(value: Value, rng: random.Random) -> Wants:
    if value.text and rng.random() < 0.4:
        return _text(value, rng)
    return Wants(_nullable({"type": "string", **_TIME}, rng))


def _amount(value: Value, rng: random.Random) -> Wants:
    if value.text and rng.random() < 0.12:
        return _text(value, rng)
    form: Schema = {"type": "string", **_AMOUNT} if rng.random() < 0.6 else {"type": "number"}
    return Wants(_nullable(form, rng), number=True)


def _number(value: Value, rng: random.Random) -> Wants:
    if value.unit and rng.random() < 0.3:
        return _text(value, rng)
    whole = "." not in str(value.normal) and value.sort == "count"
    kind = "integer" if whole and rng.random() < 0.85 else "number"
    return Wants(_nullable({"type": kind}, rng), number=True)


def _flag(_value: Value, rng: random.Random) -> Wants:
    return Wants(_nullable({"type": "boolean"}, rng))


def _pick(value: Value, rng: random.Random) -> Wants:
    if rng.random() < 0.4 or not value.options:
        return _text(value, rng)
    options = list(dict.fromkeys(value.options))
    if rng.random() < 0.5:
        return Wants({"type": ["string", "null"], "enum": [*options, None]}, as_printed=True)
    schema: Schema = {"anyOf": [{"type": "string", "enum": options}, {"type": "null"}]}
    return Wants(schema, as_printed=True)


_FORMS: Mapping[str, Callable[[Value, random.Random], Wants]] = {
    "day": _day, "clock": _clock, "money": _amount, "bare": _amount, "measure": _number,
    "number": _number, "percent": _number, "count": _number, "flag": _flag, "pick": _pick,
}  # fmt: skip


def _nullable(schema: Schema, rng: random.Random) -> Schema:
    """In either of the ways that people write it."""
    if rng.random() < 0.5:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def _object(members: Mapping[str, Schema], rng: random.Random) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(members)}
    if rng.random() < 0.7:
        schema["required"] = list(members)
    if rng.random() < 0.4:
        schema["additionalProperties"] = False
    return schema


Style = Callable[[str], str]


def _parts(name: str) -> list[str]:
    return name.replace("_", " ").replace("'", "").split()


def _snake(name: str) -> str:
    return "_".join(_parts(name))


def _camel(name: str) -> str:
    first, *rest = _parts(name)
    return first + "".join(word.capitalize() for word in rest)


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in _parts(name))


def _kebab(name: str) -> str:
    return _snake(name).replace("_", "-")


_STYLES: Sequence[Style] = (_snake, _camel, _pascal, _kebab)
_STYLE_WEIGHTS = (60, 30, 5, 5)


def absent_facts(
    shown: Sequence[Concept], pool: Sequence[Concept], value_of: Callable[[Concept], Value]
) -> tuple[Fact, ...]:
    """What of a pool is not shown and cannot pass for anything that is."""
    return tuple(
        Fact(concept, value_of(concept))
        for concept in pool
        if not any(concept.clashes(other) for other in shown)
    )
