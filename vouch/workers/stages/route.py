"""The stage `route`: which schema a document is read under."""

from vouch.schemas.builtin import builtin_schema
from vouch.schemas.job import Options


def route(options: Options) -> str:
    """The name of the schema that the caller asked for. UnknownSchema when there is none."""
    builtin_schema(options.schema_name)
    return options.schema_name
