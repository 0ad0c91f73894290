"""The keywords of JSON Schema: which assert what of which values, and which hold schemas."""

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from vouch.schemas.draft import Pointer

JsonSchema = dict[str, Any]
Schema = JsonSchema | bool

ANNOTATIONS = frozenset(
    {"$comment", "$schema", "$id", "$anchor", "$defs", "definitions", "$vocabulary", "title",
     "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
     "contentEncoding", "contentMediaType", "contentSchema"}
)  # fmt: skip
"""Say nothing about values."""
OF_ANY = frozenset(
    {"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "not", "if", "then",
     "else", "enum", "const"}
)  # fmt: skip
"""Assert something of values of every type, `type` aside."""
OF_OBJECTS = frozenset(
    {"properties", "required", "additionalProperties", "patternProperties", "propertyNames",
     "minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "dependencies",
     "unevaluatedProperties"}
)  # fmt: skip
OF_LISTS = frozenset(
    {"items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains",
     "minContains", "maxContains", "unevaluatedItems"}
)  # fmt: skip
OF_TEXTS = frozenset({"minLength", "maxLength", "pattern", "format"})
OF_NUMBERS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}
)
ASSERTIONS = OF_ANY | OF_OBJECTS | OF_LISTS | OF_TEXTS | OF_NUMBERS | {"type"}

_IN_PLACE = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"}
)
"""Hold schemas for the same value, not for a part of it."""
_ONE = frozenset(
    {"items", "additionalItems", "additionalProperties", "contains", "not", "if", "then", "else",
     "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"}
)  # fmt: skip
_SEVERAL = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
_NAMED = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
)


def escaped(name: str) -> str:
    """A name as one step of an RFC 6901 pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def subschemas(schema: JsonSchema) -> Iterator[tuple[Pointer, Schema]]:
    """The schemas right below this one, with the pointers that lead to them from here."""
    for key, child in schema.items():
        if key in _ONE and isinstance(child, dict | bool):
            yield f"/{key}", child
        elif key in _SEVERAL and isinstance(child, list):
            yield from ((f"/{key}/{index}", each) for index, each in enumerate(child))
        elif key in _NAMED and isinstance(child, Mapping):
            named = ((name, each) for name, each in child.items() if isinstance(each, dict | bool))
            yield from ((f"/{key}/{escaped(name)}", each) for name, each in named)


def places(schema: Schema, at: Pointer = "") -> Iterator[tuple[Pointer, JsonSchema]]:
    """This schema and all below it, definitions included, with their pointers."""
    if isinstance(schema, dict):
        yield at, schema
        for step, child in subschemas(schema):
            yield from places(child, at + step)


def circle(schema: JsonSchema) -> tuple[Pointer, ...]:
    """Places that refer to each other in a circle without going deeper; none is the rule."""
    leads = {
        at: {at + step for step, _ in subschemas(node) if step.split("/")[1] in _IN_PLACE}
        | ({node["$ref"][1:]} if target(node.get("$ref"), schema) is not None else set())
        for at, node in places(schema)
    }
    try:
        TopologicalSorter(leads).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def changed(schema: JsonSchema, change: Callable[[str, Schema], Schema]) -> JsonSchema:
    """The schema with `change(pointer from here, child)` in the place of each one right below."""
    below = {step: change(step, child) for step, child in subschemas(schema)}

    def put(key: str, child: object) -> object:
        if f"/{key}" in below:
            return below[f"/{key}"]
        if key in _SEVERAL and isinstance(child, list):
            return [below[f"/{key}/{index}"] for index in range(len(child))]
        if key in _NAMED and isinstance(child, Mapping):
            return {
                name: below.get(f"/{key}/{escaped(name)}", each) for name, each in child.items()
            }
        return child

    return {key: put(key, child) for key, child in schema.items()}


def target(ref: object, root: JsonSchema) -> Schema | None:
    """What a reference within a schema names; None when it leads out of it, or nowhere."""
    if not isinstance(ref, str) or not (ref == "#" or ref.startswith("#/")):
        return None
    node: object = root
    for step in ref.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        else:
            return None
    return node if isinstance(node, dict | bool) else None
