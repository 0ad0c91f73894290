"""The schema that a caller wants a document read into: built in, stored, or sent along."""

import hashlib
import json
from typing import Any

from vouch.schemas.record import SchemaRef
from vouch.schemas.shape import Shape, shape_of
from vouch.schemas.value import Value


class WantedSchema(Value):
    """A JSON Schema with its name and version."""

    name: str
    version: str
    json_schema: dict[str, Any]

    @property
    def ref(self) -> SchemaRef:
        """Name, version and digest, as records bear them."""
        return SchemaRef(name=self.name, version=self.version, digest=digest_of(self.json_schema))

    @property
    def shape(self) -> Shape:
        """Its skeleton of objects, lists and leaves."""
        return shape_of(self.json_schema)


def digest_of(json_schema: dict[str, Any]) -> str:
    """SHA-256 of a schema, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(json_schema, sort_keys=True).encode()).hexdigest()
