"""The schemas that ship with Vouch, by name."""

import hashlib
import json
from functools import cache

from vouch.schemas.draft import Pointer
from vouch.schemas.errors import UnknownSchema
from vouch.schemas.receipt import Receipt
from vouch.schemas.record import SchemaRef
from vouch.schemas.value import Value

BUILTIN: dict[str, type[Value]] = {"receipt": Receipt}
VERSION = "1"


def builtin_schema(name: str) -> type[Value]:
    """The model behind a schema's name. UnknownSchema when there is none."""
    try:
        return BUILTIN[name]
    except KeyError:
        raise UnknownSchema(f"there is no schema {name!r}; known: {sorted(BUILTIN)}") from None


@cache
def schema_ref(name: str) -> SchemaRef:
    """Name, version and digest of a built-in schema; the digest covers its whole JSON Schema."""
    text = json.dumps(builtin_schema(name).model_json_schema(), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return SchemaRef(name=name, version=VERSION, digest=digest)


@cache
def leaf_pointers(name: str) -> tuple[Pointer, ...]:
    """Every leaf of a built-in schema in its own order; lists stand as "/items/*/price"."""
    schema = builtin_schema(name).model_json_schema()
    return tuple(_leaves(schema, schema, ""))


def _leaves(schema: dict, node: dict, at: str) -> list[str]:  # type: ignore[type-arg]
    node = _resolved(schema, node)
    if "properties" in node:
        return [
            leaf
            for key, child in node["properties"].items()
            for leaf in _leaves(schema, child, f"{at}/{key}")
        ]
    if "items" in node:
        return _leaves(schema, node["items"], f"{at}/*")
    return [at]


def _resolved(schema: dict, node: dict) -> dict:  # type: ignore[type-arg]
    if "$ref" not in node:
        return node
    return schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]  # type: ignore[no-any-return]
