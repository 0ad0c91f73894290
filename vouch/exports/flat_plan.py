"""Which keys a flat record has: they follow from the schema alone, and never from a document."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from vouch.schemas.flat import FlatHead
from vouch.schemas.leaves import PixelBox, PixelPoint
from vouch.schemas.shape import JsonSchema, LeafShape, ListShape, ObjectShape, Shape

Kind = Literal["string", "integer", "number", "boolean", "json", "box", "point"]
"""How a value stands in a flat record; `json`: as text, because its own type can vary."""
SIDES = ("left", "top", "right", "bottom")
NUMBERS: Mapping[Kind, Sequence[str]] = {"box": SIDES, "point": ("x", "y")}
_PLAIN: Mapping[Kind, str] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
    "json": "string",
}  # fmt: skip
_SCALARS: tuple[Kind, ...] = ("integer", "number", "boolean")
_VOUCHING: Mapping[str, str] = {"confidence": "number", "decision": "string", "page": "integer"}
_SAID = {
    "confidence": "Calibrated probability that it is right.",
    "decision": "accept, or review; null where the document has no such value.",
    "page": "Where it was read, from 1.",
    **dict.fromkeys(SIDES, "Of where it was read, in pixels of the uploaded page."),
}
_PIXELS: Mapping[Kind, JsonSchema] = {
    "box": TypeAdapter(PixelBox).json_schema(),
    "point": TypeAdapter(PixelPoint).json_schema(),
}
"""What Vouch's own boxes and points are known by."""
INDEX = "index"


Steps = tuple[str | None, ...]
"""The way to a value; None stands for any place in a list."""


@dataclass(frozen=True, slots=True)
class Column:
    """A value, and the keys that it and what vouches for it have."""

    name: str
    leaf: Steps
    """From the record, or from the row that it stands in."""
    kind: Kind
    description: str

    @property
    def types(self) -> Mapping[str, str]:
        """The JSON type of each key; null is allowed besides."""
        numbers = NUMBERS.get(self.kind, ())
        own = dict.fromkeys(numbers, "number")
        more = _VOUCHING if numbers else {**_VOUCHING, **dict.fromkeys(SIDES, "number")}
        first = {} if numbers else {self.name: _PLAIN[self.kind]}
        return first | {f"{self.name}_{part}": kind for part, kind in {**own, **more}.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the schema: a row for each member."""

    name: str
    at: Steps
    """The way to its members."""
    indices: tuple[str, ...]
    """Keys of a row: for its own place in its list, then in each list around it, outwards."""
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All keys of the flat records of a schema."""

    columns: tuple[Column, ...]
    tables: tuple[Table, ...]


def plan_of(shape: Shape) -> Plan:
    """The keys of a schema's flat records, in its order."""
    found: dict[Steps, list[tuple[Steps, LeafShape]]] = {(): []}
    for steps, leaf in _leaves(shape):
        end = max((place for place, step in enumerate(steps, 1) if step is None), default=0)
        found.setdefault(steps[:end], []).append((steps[end:], leaf))
    own = found.pop(())
    names = _table_names(found)
    return Plan(
        _columns(own, {*_head_keys(), *names.values()}),
        tuple(_table(names, at, members) for at, members in found.items()),
    )


def schema_of(plan: Plan, name: str) -> JsonSchema:
    """The JSON Schema of these flat records, for programs that bind to one."""
    head = FlatHead.model_json_schema(mode="serialization")["properties"]
    tables = {
        table.name: {
            "type": "array",
            "items": _object({**_index_schemas(table), **_schemas(table.columns)}),
        }
        for table in plan.tables
    }
    properties = {**_bare(head), **_schemas(plan.columns), **tables}
    return {"title": f"Flat record of {name}", **_object(properties)}


def _head_keys() -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in FlatHead.model_fields.items())


def _leaves(shape: Shape, at: Steps = ()) -> Iterator[tuple[Steps, LeafShape]]:
    match shape:
        case LeafShape():
            yield at, shape
        case ListShape():
            yield from _leaves(shape.member, (*at, None))
        case ObjectShape():
            for child in shape.properties:
                yield from _leaves(child.shape, (*at, child.name))


def _around(at: Steps) -> list[Steps]:
    """A list and those around it, outwards."""
    return [at[:end] for end in range(len(at), 0, -1) if at[end - 1] is None]


def _table_names(tables: Iterable[Steps]) -> dict[Steps, str]:
    """Of these lists, and of those around them, which may have no columns of their own."""
    names: dict[Steps, str] = {}
    for at in (at for inner in tables for at in reversed(_around(inner)) if at not in names):
        taken = {*_head_keys(), *names.values()}
        names[at] = next(name for name in _names(at, "rows") if name not in taken)
    return names


def _table(
    names: Mapping[Steps, str], at: Steps, members: Iterable[tuple[Steps, LeafShape]]
) -> Table:
    outer = [f"{names[other]}_{INDEX}" for other in _around(at)[1:]]
    indices = (INDEX, *outer)
    return Table(names[at], at, indices, _columns(members, set(indices)))


def _columns(leaves: Iterable[tuple[Steps, LeafShape]], taken: set[str]) -> tuple[Column, ...]:
    """Of leaves; one whose keys another has already gets a number."""
    found: list[Column] = []
    for steps, leaf in leaves:
        columns = (
            Column(name, steps, _kind(leaf), leaf.description) for name in _names(steps, "value")
        )
        column = next(column for column in columns if taken.isdisjoint(column.types))
        taken = taken.union(column.types)
        found.append(column)
    return tuple(found)


def _names(steps: Steps, otherwise: str) -> Iterator[str]:
    """("seller", "tax_id") → seller_tax_id, then seller_tax_id_2 …; letters, digits and _ only."""
    joined = re.sub(r"\W+", "_", "_".join(step for step in steps if step)).strip("_")
    name = joined or otherwise
    yield name
    yield from (f"{name}_{number}" for number in itertools.count(2))


def _kind(leaf: LeafShape) -> Kind:
    schema = leaf.json_schema
    for kind, own in _PIXELS.items():
        if own.items() <= schema.items():
            return kind
    if leaf.is_text:
        return "string"
    said = schema.get("type")
    return next((kind for kind in _SCALARS if kind == said), "json")


def _schemas(columns: Iterable[Column]) -> dict[str, Any]:
    return {
        key: _said(kind, _words(column, key))
        for column in columns
        for key, kind in column.types.items()
    }


def _words(column: Column, key: str) -> str:
    part = key.removeprefix(column.name).removeprefix("_")
    if not part or part in NUMBERS.get(column.kind, ()):
        return column.description
    return _SAID[part]


def _index_schemas(table: Table) -> dict[str, Any]:
    own, *around = table.indices
    outer = {name: {"type": "integer", "description": "Row of the outer table."} for name in around}
    return {own: {"type": "integer", "description": "Place in its list, from 0."}, **outer}


def _said(kind: str, description: str) -> dict[str, Any]:
    said = {"description": description} if description else {}
    return {"type": [kind, "null"], **said}


def _object(properties: dict[str, Any]) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _bare(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Keys of the head with one type, or one and null."""
    found = {}
    for name, schema in properties.items():
        kinds = [kind["type"] for kind in schema.get("anyOf", ())] or schema["type"]
        found[name] = {"type": kinds, "description": schema.get("description", "")}
    return found
