"""The schema that a caller wants a document read into: built in, stored, or sent along."""

import hashlib
import json

from pydantic_core import from_json

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.record import SchemaRef
from vouch.schemas.shape import JsonSchema, Shape, shape_of
from vouch.schemas.value import Value

INLINE = "inline"
"""Name and version of a schema that was sent along with a document."""


class WantedSchema(Value):
    """A JSON Schema with its name and version."""

    name: str
    version: str
    json_schema: JsonSchema

    @property
    def ref(self) -> SchemaRef:
        """Name, version and digest, as records bear them."""
        return SchemaRef(name=self.name, version=self.version, digest=digest_of(self.json_schema))

    @property
    def shape(self) -> Shape:
        """Its skeleton of objects, lists and leaves."""
        return shape_of(self.json_schema)


def parsed_schema(text: str | bytes) -> JsonSchema:
    """The JSON Schema that a text holds. InvalidRequest, which never quotes it, when it is none.

    Numbers beyond doubles, lone surrogates and nesting deeper than 200 are refused: not every
    program that the schema passes through can write them.
    """
    try:
        schema = from_json(text, allow_inf_nan=False)
        json.dumps(schema, allow_nan=False)
    except ValueError:
        raise InvalidRequest("the schema is not JSON in UTF-8, or nested too deeply") from None
    if not isinstance(schema, dict):
        raise InvalidRequest("a JSON Schema is a JSON object")
    return schema


def digest_of(json_schema: JsonSchema) -> str:
    """SHA-256 of a schema, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(json_schema, sort_keys=True).encode()).hexdigest()
