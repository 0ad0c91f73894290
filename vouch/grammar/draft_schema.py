"""The draft as a JSON Schema, for servers that take no grammar: nothing ties `raw` to the page.

Written for the strictest of them: every object names all its members, requires each and allows no
other. That is why a correction is a member of its own alternative instead of an optional one.
"""

from collections.abc import Mapping
from typing import Any

from vouch.grammar.drafts import MOST_LINES, SPARE_MEMBERS
from vouch.grammar.enforcing import LONGEST, cap, enforced
from vouch.schemas.shape import JsonSchema, LeafShape, ListShape, ObjectShape, Shape

_NULL: JsonSchema = {"type": "null"}
_DEFINED = ("$defs", "definitions")


def draft_schema(shape: Shape, lines: int) -> JsonSchema:
    """The schema of drafts for a document of so many lines."""
    defined: dict[str, JsonSchema] = {}
    schema = _node(shape, lines, defined, null=shape.nullable)
    return {**schema, **defined}


def _node(shape: Shape, lines: int, defined: dict[str, JsonSchema], *, null: bool) -> JsonSchema:
    match shape:
        case LeafShape():
            options = _leaf(shape, lines, defined, null=null)
        case ListShape(member=member):
            options = [_list(shape, _node(member, lines, defined, null=member.nullable), lines)]
        case ObjectShape():
            options = [_object(shape, lines, defined)]
    options += [_NULL] * null
    return options[0] if len(options) == 1 else {"anyOf": options}


def _leaf(
    leaf: LeafShape, lines: int, defined: dict[str, JsonSchema], *, null: bool
) -> list[JsonSchema]:
    cited = {"lines": _lines(lines), "raw": {"type": "string"}}
    unseen = {"lines": {**_lines(lines), "maxItems": 0}, "raw": _NULL}
    if leaf.copied:
        correction = {"correction": {"type": "string", "minLength": 1, "maxLength": LONGEST}}
        printed = [_closed(cited), _closed({**cited, **correction})] if lines else []
        return printed if null else [*printed, _closed({**unseen, **correction})]
    value = dict(enforced(leaf.json_schema).schema)
    value.pop("$schema", None)
    for key in _DEFINED:
        if key in value:
            defined.setdefault(key, {}).update(value.pop(key))
    printed = [_closed({**cited, "value": value})] if lines else []
    return [*printed, _closed({**unseen, "value": value})]


def _lines(lines: int) -> JsonSchema:
    number = {"type": "integer", "minimum": 1, "maximum": max(lines, 1)}
    return {"type": "array", "items": number, "maxItems": MOST_LINES}


def _list(shape: ListShape, member: JsonSchema, lines: int) -> JsonSchema:
    most = cap(shape.least, shape.most, lines + SPARE_MEMBERS)
    return {"type": "array", "items": member, "minItems": shape.least, "maxItems": most}


def _object(shape: ObjectShape, lines: int, defined: dict[str, JsonSchema]) -> JsonSchema:
    return _closed(
        {
            child.name: _node(
                child.shape, lines, defined, null=child.shape.nullable or not child.required
            )
            for child in shape.properties
        }
    )


def _closed(properties: Mapping[str, Any]) -> JsonSchema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
