"""`vouch schemas`: JSON Schemas of one's own."""

from pathlib import Path

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.shape import JsonSchema
from vouch.schemas.wanted import parsed_schema


def schema_in(path: Path) -> JsonSchema:
    """The JSON Schema that a file holds. InvalidRequest."""
    try:
        return parsed_schema(path.read_bytes())
    except OSError as error:
        raise InvalidRequest(f"{path}: {error.strerror}") from None
