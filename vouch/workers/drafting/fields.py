"""The fields of a schema as a model is told of them: an outline, short but in the same order."""

import json
import re
from collections.abc import Iterator

from vouch.schemas.shape import JsonSchema, LeafShape, ListShape, ObjectShape, Shape
from vouch.workers.drafting.harmless import harmless

_FORMATS = {
    "date": "YYYY-MM-DD",
    "time": "HH:MM:SSZ",
    "date-time": "YYYY-MM-DDTHH:MM:SSZ",
}
_UNSAID = frozenset(
    {"$schema", "$comment", "title", "description", "default", "examples", "deprecated"}
)
"""Keywords that say nothing about the value, or are told in words."""


def fields_text(shape: Shape) -> str:
    """A row a field, members indented below what holds them."""
    return "\n".join(_rows(shape, "", 0))


def _rows(shape: Shape, label: str, depth: int) -> Iterator[str]:
    start = " " * depth + label
    match shape:
        case LeafShape():
            yield f"{start}{_leaf(shape)}"
        case ListShape(member=LeafShape() as member):
            yield f"{start}{_list(shape)} {_leaf(member)}{_said(shape)}"
        case ListShape():
            yield f"{start}{_list(shape)}{_said(shape)}"
            yield from _rows(shape.member, "", depth + 1)
        case ObjectShape():
            if label:
                yield f"{start.rstrip()}{_said(shape)}"
            for child in shape.properties:
                yield from _rows(child.shape, f"{_name(child.name)}: ", depth + bool(label))


def _name(name: str) -> str:
    return name if name.isidentifier() else harmless(json.dumps(name, ensure_ascii=False))


def _list(shape: ListShape) -> str:
    if shape.most is not None:
        return f"list of {shape.least} to {shape.most}"
    return f"list of at least {shape.least}" if shape.least else "list of"


def _leaf(shape: LeafShape) -> str:
    never = "" if shape.nullable else ", never null"
    return f"{harmless(_kind(shape.json_schema))}{never}{_said(shape)}"


def _said(shape: Shape) -> str:
    """The schema's own words, in one row."""
    return f" ({harmless(' '.join(shape.description.split()))})" if shape.description else ""


def _kind(schema: JsonSchema) -> str:
    """What a value looks like, in a few words; whatever words do not cover, as JSON Schema."""
    if "enum" in schema:
        return "one of " + _json(schema["enum"])[1:-1]
    if "const" in schema:
        return "always " + _json(schema["const"])
    rest = {key: value for key, value in schema.items() if key not in _UNSAID}
    match rest.pop("type", None):
        case "string":
            said = _string(rest, schema)
        case "boolean":
            said = "true or false"
        case "integer" | "number" as kind:
            said = str(kind)
        case kind:
            whole = rest if kind is None else {"type": kind, **rest}
            return _json(whole) if whole else "anything"
    return f"{said} {_json(rest)}" if rest else said


def _string(rest: JsonSchema, schema: JsonSchema) -> str:
    """The form of an example says more than a pattern, in fewer model tokens."""
    examples = schema.get("examples")
    if "pattern" in rest and isinstance(examples, list) and examples:
        del rest["pattern"]
        return f"like {_json(_form(str(examples[0])))}"
    if rest.get("format") in _FORMATS:
        return _FORMATS[rest.pop("format")]
    return "text"


def _form(example: str) -> str:
    """The example without what it says: small models give that for an answer."""
    letters = re.sub(r"[^\W\d_]", lambda char: "A" if char[0].isupper() else "a", example)
    return re.sub(r"\d", "0", letters)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
