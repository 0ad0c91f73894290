"""Null apart from the rest: the schema of what is there, and whether nothing may be."""

from collections.abc import Sequence
from typing import NamedTuple

from vouch.schemas.draft import Pointer
from vouch.schemas.keywords import ASSERTIONS, OF_ANY, JsonSchema, Schema, target


class Apart(NamedTuple):
    """A schema without null, as far as that can be told."""

    schema: JsonSchema
    nullable: bool
    step: Pointer
    """What leads from the schema as it was to the keywords that are left."""


def without_null(schema: JsonSchema, root: JsonSchema) -> Apart:
    """Take null out of a schema, and the wrapping that was there for its sake."""
    asserting = OF_ANY & set(schema)
    if not asserting or asserting == {"enum"}:
        return _by_type(schema)
    for key in ("anyOf", "oneOf", "allOf"):
        if asserting == {key} and "type" not in schema and isinstance(schema[key], list):
            return _by_options(schema, key, root)
    return Apart(schema, nullable=False, step="")


def _by_type(schema: JsonSchema) -> Apart:
    """Null by name in `type` and `enum`, or because neither is there to forbid it."""
    kinds, allowed = schema.get("type"), schema.get("enum")
    of_null = kinds is None or kinds == "null" or (isinstance(kinds, list) and "null" in kinds)
    nullable = of_null and (not isinstance(allowed, list) or None in allowed)
    others = [kind for kind in kinds if kind != "null"] if isinstance(kinds, list) else []
    bare = dict(schema)
    if others:
        bare["type"] = others[0] if len(others) == 1 else others
    if nullable and isinstance(allowed, list) and any(value is not None for value in allowed):
        bare["enum"] = [value for value in allowed if value is not None]
    return Apart(bare, nullable, "")


def _by_options(schema: JsonSchema, key: str, root: JsonSchema) -> Apart:
    """Null as one of the options; a single option that is left is the schema itself."""
    options: Sequence[Schema] = schema[key]
    left = [index for index, each in enumerate(options) if key == "allOf" or not _is_null(each)]
    nullable = len(left) < len(options)
    if key == "oneOf" and nullable and any(_allows_null(options[i], root) for i in left):
        return Apart(schema, nullable=False, step="")
    rest = {name: child for name, child in schema.items() if name != key}
    only = options[left[0]] if len(left) == 1 else None
    if isinstance(only, dict) and not ASSERTIONS & set(rest):
        inner = without_null({**rest, **only}, root)
        step = f"/{key}/{left[0]}{inner.step}"
        return Apart(inner.schema, nullable or inner.nullable, step)
    if nullable and left:
        return Apart({**schema, key: [options[index] for index in left]}, nullable, "")
    return Apart(schema, nullable=False, step="")


def _is_null(schema: Schema) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null" and not OF_ANY & set(schema)


def _allows_null(schema: Schema, root: JsonSchema, glances: int = 8) -> bool:
    """Whether null may be valid, as far as a few glances tell."""
    if isinstance(schema, dict) and "$ref" in schema and glances:
        found = target(schema["$ref"], root)
        return found is None or _allows_null(found, root, glances - 1)
    if not isinstance(schema, dict) or not glances:
        return bool(schema)
    kinds = schema.get("type", "null")
    return (
        "null" in (kinds if isinstance(kinds, list) else [kinds])
        and None in schema.get("enum", [None])
        and schema.get("const") is None
        and all(_allows_null(each, root, glances - 1) for each in schema.get("allOf", ()))
        and any(_allows_null(each, root, glances - 1) for each in schema.get("anyOf", [True]))
    )
