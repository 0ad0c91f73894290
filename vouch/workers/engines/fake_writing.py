"""The wrapped draft of what is found beside labels, as text: for the fake VLM only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from pydantic import JsonValue

from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Property, Shape
from vouch.workers.drafting.lines import NumberedLine
from vouch.workers.engines.fake_reading import Found, find, labels_of, listed, table
from vouch.workers.engines.least_value import least_value

Piece = tuple[str, float | None]
"""Text of the answer, and its log-probability; None where there was no choice."""


@dataclass(frozen=True, slots=True)
class Written:
    """One node of the draft."""

    pieces: tuple[Piece, ...]
    is_found: bool
    """Whether anything in it is printed."""


_NULL = Written((("null", None),), is_found=False)


def write(
    shape: Shape, lines: Sequence[NumberedLine], name: str = "", above: str = "", *, required: bool
) -> Written:
    """Every property in the order of the schema; null for what is not found and may be null.

    `name` and `above` are the property's and its parent's. NoValue where null is not allowed and
    no other value can be found.
    """
    match shape:
        case LeafShape():
            found = find(shape, labels_of(shape, name, above), lines)
            return _leaf(shape, found, required=required)
        case ObjectShape():
            members = {
                child.name: write(child.shape, lines, child.name, name, required=child.required)
                for child in shape.properties
            }
            written = _object(members)
        case ListShape():
            written = _list(shape, [*_members(shape.member, lines, name)][: shape.most])
    return written if written.is_found or not (shape.nullable or not required) else _NULL


def _leaf(leaf: LeafShape, found: Found | None, *, required: bool) -> Written:
    if found is not None:
        return _printed(leaf, found)
    if leaf.nullable or not required:
        return _NULL
    if leaf.copied:
        return _judged("correction", "unknown")
    return _judged("value", least_value(leaf.json_schema))


def _printed(leaf: LeafShape, found: Found) -> Written:
    certainty = log(found.likeness)
    end = "}" if leaf.copied else f',"value":{_json(found.value)}}}'
    pieces = (
        (f'{{"lines":[{found.line}],"raw":', None),
        (_json(found.raw), certainty),
        (end, certainty),
    )
    return Written(pieces, is_found=True)


def _judged(key: str, value: JsonValue) -> Written:
    text = f'{{"lines":[],"raw":null,"{key}":{_json(value)}}}'
    return Written(((text, None),), is_found=False)


def _object(members: Mapping[str, Written]) -> Written:
    parts = [((f"{_json(name)}:", None), *node.pieces) for name, node in members.items()]
    is_found = any(member.is_found for member in members.values())
    return Written(_enclosed("{", parts, "}"), is_found)


def _list(shape: ListShape, members: Sequence[Written]) -> Written:
    """Filled up with members that nobody printed where the schema wants more."""
    missing = max(0, shape.least - len(members))
    blanks = [write(shape.member, (), required=True) for _ in range(missing)]
    parts = [member.pieces for member in (*members, *blanks)]
    return Written(_enclosed("[", parts, "]"), bool(members))


def _members(member: Shape, lines: Sequence[NumberedLine], name: str) -> Iterator[Written]:
    if isinstance(member, LeafShape):
        for found in listed(member, labels_of(member, name), lines):
            yield _printed(member, found)
    if isinstance(member, ObjectShape):
        columns = {
            child.name: child.shape
            for child in member.properties
            if isinstance(child.shape, LeafShape)
        }
        for row in table(columns, lines):
            yield _object({child.name: _cell(child, row) for child in member.properties})


def _cell(child: Property, row: Mapping[str, Found]) -> Written:
    if isinstance(child.shape, LeafShape):
        return _leaf(child.shape, row.get(child.name), required=child.required)
    return write(child.shape, (), required=child.required)


def _enclosed(opening: str, parts: Sequence[tuple[Piece, ...]], closing: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = [(opening, None)]
    for index, part in enumerate(parts):
        pieces += [(",", None)] if index else []
        pieces += part
    return (*pieces, (closing, None))


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
