"""The skeleton of a JSON Schema: which objects, lists and leaves a document is read into.

A leaf is whatever gets one value with its own evidence. Objects and lists that say more about
themselves than their members (anyOf over objects, if/then, patternProperties, recursion …) are one
leaf too: the grammar constrains it as a whole.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from pydantic import JsonValue

from vouch.schemas.draft import Pointer
from vouch.schemas.value import Value

JsonSchema = dict[str, Any]
Schema = JsonSchema | bool
_ANNOTATIONS = frozenset(
    {"$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default",
     "examples", "deprecated", "readOnly", "writeOnly"}
)  # fmt: skip
_OBJECT = _ANNOTATIONS | {"type", "properties", "required", "additionalProperties"}
_LIST = _ANNOTATIONS | {"type", "items", "minItems", "maxItems"}
_TEXT = _ANNOTATIONS | {"type"}


class LeafShape(Value):
    """One value with its own evidence."""

    kind: Literal["leaf"] = "leaf"
    json_schema: JsonSchema
    """Without null where the leaf is nullable; holds its own `$defs` when it refers to any."""
    nullable: bool
    copied: bool
    """Any text will do: the value is the text as printed."""

    @property
    def is_text(self) -> bool:
        """Whether every value is a string: candidates then hold it bare, else as JSON."""
        allowed = self.json_schema.get("enum") or [self.json_schema.get("const")]
        return self.json_schema.get("type") == "string" or all(
            isinstance(value, str) for value in allowed
        )

    def read(self, text: str) -> JsonValue:
        """A candidate's value as it stands in `data`."""
        return text if self.is_text else cast("JsonValue", json.loads(text))

    def written(self, value: JsonValue) -> str:
        """A value of `data` as a candidate holds it."""
        return value if self.is_text and isinstance(value, str) else json.dumps(value)


class ListShape(Value):
    """A list of members of one shape."""

    kind: Literal["list"] = "list"
    member: "Shape"
    least: int = 0
    most: int | None = None
    nullable: bool = False


class Property(Value):
    """One member of an object."""

    name: str
    shape: "Shape"
    required: bool


class ObjectShape(Value):
    """An object with known members, in the order of the schema."""

    kind: Literal["object"] = "object"
    properties: tuple[Property, ...]
    nullable: bool = False


Shape = LeafShape | ListShape | ObjectShape
"""Tell them apart by `kind`."""


def shape_of(schema: Schema) -> Shape:
    """The skeleton of a schema; `$ref`s into `$defs` and `definitions` are followed."""
    root = schema if isinstance(schema, dict) else {}
    return _shape(schema, root, ())


def leaves(shape: Shape, at: Pointer = "") -> Iterator[tuple[Pointer, LeafShape]]:
    """Every leaf with its pointer, in order; members of lists stand as "/items/*/price"."""
    match shape:
        case LeafShape():
            yield at, shape
        case ListShape():
            yield from leaves(shape.member, f"{at}/*")
        case ObjectShape():
            for child in shape.properties:
                yield from leaves(child.shape, f"{at}/{escaped(child.name)}")


def needed(shape: Shape, at: Pointer = "") -> tuple[Pointer, ...]:
    """The leaves that may be neither null nor left out, as `leaves` names them."""
    if shape.nullable:
        return ()
    match shape:
        case LeafShape():
            return (at,)
        case ListShape():
            return needed(shape.member, f"{at}/*")
        case ObjectShape():
            return tuple(
                pointer
                for child in shape.properties
                if child.required
                for pointer in needed(child.shape, f"{at}/{escaped(child.name)}")
            )


def escaped(name: str) -> str:
    """A member's name as one step of an RFC 6901 pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _shape(schema: Schema, root: JsonSchema, seen: tuple[str, ...]) -> Shape:
    if not isinstance(schema, dict):
        return LeafShape(json_schema={} if schema else {"not": {}}, nullable=schema, copied=False)
    if "$ref" in schema:
        return _referred(schema, root, seen)
    schema, nullable = _without_null(schema)
    if "$ref" in schema:
        return _referred(schema, root, seen).model_copy(update={"nullable": nullable})
    if schema.get("type") == "object" and _is_plain_object(schema):
        return _object(schema, root, seen, nullable=nullable)
    if schema.get("type") == "array" and _is_plain_list(schema):
        return ListShape(
            member=_shape(schema["items"], root, seen),
            least=schema.get("minItems", 0),
            most=schema.get("maxItems"),
            nullable=nullable,
        )
    return _leaf(schema, root, nullable=nullable)


def _referred(schema: JsonSchema, root: JsonSchema, seen: tuple[str, ...]) -> Shape:
    """What a reference names; a leaf where it leads back to itself or says more of its own."""
    ref = schema["$ref"]
    target = _target(ref, root)
    if ref in seen or target is None or set(schema) - _ANNOTATIONS - {"$ref"}:
        return _leaf(schema, root, nullable=False)
    return _shape(target, root, (*seen, ref))


def _object(
    schema: JsonSchema, root: JsonSchema, seen: tuple[str, ...], *, nullable: bool
) -> ObjectShape:
    required = set(schema.get("required", ()))
    return ObjectShape(
        properties=tuple(
            Property(name=name, shape=_shape(child, root, seen), required=name in required)
            for name, child in schema["properties"].items()
        ),
        nullable=nullable,
    )


def _leaf(schema: JsonSchema, root: JsonSchema, *, nullable: bool) -> LeafShape:
    copied = schema.get("type") == "string" and not set(schema) - _TEXT
    whole = {key: child for key, child in schema.items() if key not in {"$defs", "definitions"}}
    if _refers(whole):
        shared: JsonSchema = {key: root[key] for key in ("$defs", "definitions") if key in root}
        whole = {**whole, **shared}
    return LeafShape(json_schema=whole, nullable=nullable, copied=copied)


def _without_null(schema: JsonSchema) -> tuple[JsonSchema, bool]:
    """The schema for what is not null, and whether null is allowed, where that can be told."""
    kinds = schema.get("type")
    if isinstance(kinds, list) and "null" in kinds and "enum" not in schema:
        others = [kind for kind in kinds if kind != "null"]
        if others:
            return {**schema, "type": others[0] if len(others) == 1 else others}, True
    options = schema.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        others = [option for option in options if option != {"type": "null"}]
        rest = {key: child for key, child in schema.items() if key != "anyOf"}
        if len(others) == 1 and isinstance(others[0], dict) and not set(rest) - _ANNOTATIONS:
            return {**rest, **others[0]}, True
    return schema, False


def _is_plain_object(schema: JsonSchema) -> bool:
    named = schema.get("properties")
    return (
        isinstance(named, dict)
        and bool(named)
        and not set(schema) - _OBJECT
        and set(schema.get("required", ())) <= set(named)
    )


def _is_plain_list(schema: JsonSchema) -> bool:
    return isinstance(schema.get("items"), dict) and not set(schema) - _LIST


def _target(ref: str, root: JsonSchema) -> JsonSchema | bool | None:
    """What a local reference names; None when it is not in `$defs` or `definitions`."""
    steps = ref.split("/")
    if len(steps) != 3 or steps[0] != "#" or steps[1] not in {"$defs", "definitions"}:
        return None
    shared: Mapping[str, Any] = root.get(steps[1], {})
    return shared.get(steps[2].replace("~1", "/").replace("~0", "~"))


def _refers(node: object) -> bool:
    if isinstance(node, dict):
        return "$ref" in node or any(_refers(child) for child in node.values())
    return isinstance(node, list) and any(_refers(child) for child in node)


for _kind in (ListShape, Property, ObjectShape):
    _kind.model_rebuild()
