"""The stage `read_rules`: what rules alone find for a built-in schema."""

from collections.abc import Callable, Mapping

from vouch.schemas.draft import Draft
from vouch.workers.stages.readers.answer.reader import read_answer
from vouch.workers.stages.readers.error_screenshot.reading import read_error_screenshot
from vouch.workers.stages.readers.generic.reader import read_generic
from vouch.workers.stages.readers.invoice.reader import read_invoice
from vouch.workers.stages.readers.location.reader import read_location
from vouch.workers.stages.readers.receipt import read_receipt
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.readers.ui import read_ui

RulesReader = Callable[[Seen], Draft]
READERS: Mapping[str, RulesReader] = {
    "answer": lambda seen: read_answer(seen, READERS),
    "generic": read_generic,
    "location": read_location,
    "invoice": read_invoice,
    "receipt": lambda seen: read_receipt(seen.layouts, seen.today),
    "ui": read_ui,
    "error_screenshot": lambda seen: read_error_screenshot(seen.layouts),
}
"""By schema name. A schema without rules is left to the VLM reader."""


def read_rules(seen: Seen) -> Draft:
    """The rules' draft; an empty one under a schema that no rules know, or of the caller's own."""
    reader = READERS.get(seen.options.schema_name) if seen.options.json_schema is None else None
    return Draft(reader="rules", candidates={}) if reader is None else reader(seen)
