"""The schemas that ship with Vouch, by name."""

from functools import cache

from vouch.schemas.answer import Answer
from vouch.schemas.error_screenshot import ErrorScreenshot
from vouch.schemas.errors import UnknownSchema
from vouch.schemas.generic import Generic
from vouch.schemas.invoice import Invoice
from vouch.schemas.job import Options
from vouch.schemas.receipt import Receipt
from vouch.schemas.ui import Location, Ui
from vouch.schemas.value import Value
from vouch.schemas.wanted import INLINE, WantedSchema

BUILTIN: dict[str, type[Value]] = {
    "receipt": Receipt,
    "invoice": Invoice,
    "error_screenshot": ErrorScreenshot,
    "ui": Ui,
    "location": Location,
    "answer": Answer,
    "generic": Generic,
}
VERSION = "1"


@cache
def builtin_schema(name: str) -> WantedSchema:
    """The schema of a name. UnknownSchema when there is none."""
    try:
        model = BUILTIN[name]
    except KeyError:
        raise UnknownSchema(f"there is no schema {name!r}; known: {sorted(BUILTIN)}") from None
    return WantedSchema(name=name, version=VERSION, json_schema=model.model_json_schema())


def wanted_schema(options: Options) -> WantedSchema:
    """The schema that a job asks for. UnknownSchema when there is none."""
    if options.json_schema is None:
        if options.schema_version not in (None, VERSION):
            raise UnknownSchema(f"the schema {options.schema_name!r} has no such version")
        return builtin_schema(options.schema_name)
    return WantedSchema(
        name=options.schema_name,
        version=options.schema_version or INLINE,
        json_schema=options.json_schema,
    )
