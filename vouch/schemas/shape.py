"""The skeleton of a JSON Schema: which objects, lists and leaves a document is read into.

A leaf is whatever gets one value with its own evidence. Objects and lists that say more about
themselves than their members (anyOf over objects, if/then, patternProperties, recursion …) are one
leaf too: the grammar constrains it as a whole.
"""

import json
import math
from collections.abc import Iterator
from typing import Literal, cast

from pydantic import JsonValue

from vouch.schemas.draft import Pointer
from vouch.schemas.errors import SchemaTooLarge
from vouch.schemas.keywords import (
    ASSERTIONS,
    OF_ANY,
    OF_LISTS,
    OF_OBJECTS,
    OF_TEXTS,
    JsonSchema,
    Schema,
    changed,
    escaped,
    places,
    target,
)
from vouch.schemas.nulls import without_null
from vouch.schemas.value import Value

__all__ = [
    "WHOLE",
    "JsonSchema",
    "LeafShape",
    "ListShape",
    "ObjectShape",
    "Property",
    "Schema",
    "Shape",
    "escaped",
    "leaves",
    "shape_of",
]  # fmt: skip

MOST_SHAPES = 10_000
"""Objects, lists and leaves that references may unfold to."""
_LONGEST_CHAIN = 64
_PLAIN_OBJECT = {"properties", "required", "additionalProperties", "unevaluatedProperties"}
_PLAIN_LIST = {"items", "minItems", "maxItems"}
_DEFINITIONS = ("$defs", "definitions")
_ELSEWHERE = {*_DEFINITIONS, "$schema", "$id"}
WHOLE: Pointer = "/$defs/whole"
"""Where a leaf keeps the schema that it is a part of, when it refers to other parts of it."""


class LeafShape(Value):
    """One value with its own evidence."""

    kind: Literal["leaf"] = "leaf"
    json_schema: JsonSchema
    """Without null where the leaf is nullable; holds its own `$defs` when it refers to any."""
    nullable: bool
    copied: bool
    """Any text will do: the value is the text as printed."""
    place: Pointer = ""
    """Where it stands in the schema that it was read from."""
    description: str = ""
    """What the schema says about it, where it stands or where it is defined."""

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
    description: str = ""


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
    description: str = ""


Shape = LeafShape | ListShape | ObjectShape
"""Tell them apart by `kind`."""


def shape_of(schema: Schema) -> Shape:
    """The skeleton of a schema; references within it are followed.

    SchemaTooLarge where references unfold to more than MOST_SHAPES.
    """
    root = schema if isinstance(schema, dict) else {}
    return _Skeleton(root).shape(schema, "", ())


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


class _Skeleton:
    """Reads the parts of one schema."""

    def __init__(self, root: JsonSchema) -> None:
        self._root = root
        self._shapes = 0

    def shape(self, schema: Schema, at: Pointer, seen: tuple[str, ...]) -> Shape:
        """The skeleton of a part at a pointer, to which the references `seen` have led."""
        self._shapes += 1
        if self._shapes > MOST_SHAPES:
            raise SchemaTooLarge(f"the schema unfolds to more than {MOST_SHAPES} parts")
        if not isinstance(schema, dict):
            whole: JsonSchema = {} if schema else {"not": {}}
            return LeafShape(json_schema=whole, nullable=schema, copied=False, place=at)
        bare, nullable, step = without_null(schema, self._root)
        found = self._bare(bare, at + step, seen, nullable=nullable)
        said = schema.get("description") or bare.get("description") or found.description
        return found.model_copy(
            update={"nullable": nullable or found.nullable, "description": str(said)}
        )

    def _bare(
        self, schema: JsonSchema, at: Pointer, seen: tuple[str, ...], *, nullable: bool
    ) -> Shape:
        asserted = ASSERTIONS & set(schema)
        if asserted == {"$ref"} and (found := self._referred(schema["$ref"], seen)):
            return found
        if schema.get("type") == "object" and _is_plain_object(schema):
            return self._object(schema, at, seen)
        if schema.get("type") == "array" and _is_plain_list(schema):
            return ListShape(
                member=self.shape(schema["items"], f"{at}/items", seen),
                least=int(schema.get("minItems", 0)),
                most=None if "maxItems" not in schema else int(schema["maxItems"]),
            )
        return LeafShape(
            json_schema=self._whole(schema),
            nullable=nullable,
            copied=schema.get("type") == "string" and _is_any_text(schema),
            place=at,
        )

    def _referred(self, ref: str, seen: tuple[str, ...]) -> Shape | None:
        """What a reference names; None where it leads back to itself, or nowhere."""
        found = target(ref, self._root)
        if found is None or ref in seen or len(seen) == _LONGEST_CHAIN:
            return None
        return self.shape(found, ref[1:], (*seen, ref))

    def _object(self, schema: JsonSchema, at: Pointer, seen: tuple[str, ...]) -> ObjectShape:
        required = set(schema.get("required", ()))
        return ObjectShape(
            properties=tuple(
                Property(
                    name=name,
                    shape=self.shape(child, f"{at}/properties/{escaped(name)}", seen),
                    required=name in required,
                )
                for name, child in schema["properties"].items()
            )
        )

    def _whole(self, schema: JsonSchema) -> JsonSchema:
        """A leaf's schema that stands for itself: with what it refers to, and its dialect."""
        kept = {key: child for key, child in schema.items() if key not in _ELSEWHERE}
        dialect = {"$schema": self._root["$schema"]} if "$schema" in self._root else {}
        refs = [node["$ref"] for _, node in places(kept) if isinstance(node.get("$ref"), str)]
        if not refs:
            return {**dialect, **kept}
        refs += [
            node["$ref"] for _, node in places(self._root) if isinstance(node.get("$ref"), str)
        ]
        if all(ref.startswith(("#/$defs/", "#/definitions/")) for ref in refs):
            shared = {key: self._root[key] for key in _DEFINITIONS if key in self._root}
            return {**dialect, **kept, **shared}
        root = {key: child for key, child in self._root.items() if key not in {"$schema", "$id"}}
        name = WHOLE.rpartition("/")[2]
        return {**dialect, **_rerooted(kept), "$defs": {name: _rerooted(root)}}


def _is_plain_object(schema: JsonSchema) -> bool:
    """Whether it says no more than which members there are."""
    named = schema.get("properties")
    return (
        isinstance(named, dict)
        and bool(named)
        and not (OF_ANY | OF_OBJECTS - _PLAIN_OBJECT) & set(schema)
        and set(schema.get("required", ())) <= set(named)
    )


def _is_plain_list(schema: JsonSchema) -> bool:
    """Whether it says no more than what its members are, and how many."""
    told = {key for key in schema if (key, schema[key]) != ("uniqueItems", False)}
    return (
        isinstance(schema.get("items"), dict)
        and not (OF_ANY | OF_LISTS - _PLAIN_LIST) & told
        and schema.get("minItems", 0) <= schema.get("maxItems", math.inf)
    )


def _is_any_text(schema: JsonSchema) -> bool:
    """Whether any text is valid, but perhaps an empty one: nothing printed is empty."""
    told = (OF_ANY | OF_TEXTS) & set(schema)
    return told <= {"minLength"} and schema.get("minLength", 0) <= 1


def _rerooted(schema: JsonSchema) -> JsonSchema:
    """The schema for a place where its root is found among the definitions."""
    moved = changed(schema, lambda _, child: _rerooted(child) if isinstance(child, dict) else child)
    ref = moved.get("$ref")
    if isinstance(ref, str) and ref.startswith("#"):
        moved["$ref"] = f"#{WHOLE}{ref[1:]}"
    return moved


for _kind in (ListShape, Property, ObjectShape):
    _kind.model_rebuild()
