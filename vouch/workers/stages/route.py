"""The stage `route`: which schema a document is read under."""

from vouch.schemas.builtin import wanted_schema
from vouch.schemas.job import Options
from vouch.schemas.wanted import WantedSchema


def route(options: Options) -> WantedSchema:
    """The schema that the caller asked for. UnknownSchema when there is none."""
    return wanted_schema(options)
