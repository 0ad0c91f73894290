"""What a printed text means under a leaf's schema, by plain rules: for the fake VLM only."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress

from pydantic import JsonValue

from vouch.grammar.proof import allows
from vouch.schemas.shape import JsonSchema
from vouch.workers.engines.least_value import NoValue

_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%Y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
)  # fmt: skip
_AMOUNT = re.compile(r"(?:[A-Z]{1,3}\.? ?|[$€£¥₹] ?)?(-?\d[\d.,']*)(?: ?[A-Z]{3}| ?[$€£¥₹])?")
_SAID: dict[str, JsonValue] = {"yes": True, "true": True, "no": False, "false": False}


def meaning(raw: str, json_schema: JsonSchema) -> JsonValue:
    """The first normal form of `raw` that the schema allows. NoValue when it allows none."""
    for value in _normal_forms(raw, json_schema):
        if value is not None and allows(json_schema, value):
            return value
    raise NoValue


def _normal_forms(raw: str, json_schema: JsonSchema) -> Iterator[JsonValue]:
    yield raw
    yield from (entry for entry in json_schema.get("enum", ()) if folded(str(entry)) == folded(raw))
    yield _SAID.get(raw.casefold())
    if amount := _AMOUNT.fullmatch(raw):
        yield from _numbers(amount[1])
    yield from _dates(raw)


def _numbers(digits: str) -> Iterator[JsonValue]:
    """As decimal text and as a number; the last comma or point is the decimal one when one or two
    digits follow it."""
    whole, _, cents = re.sub(r"[.,](\d{1,2})$", r"|\1", digits).partition("|")
    whole = re.sub(r"[.,']", "", whole)
    yield f"{whole}.{cents}" if cents else whole
    yield float(f"{whole}.{cents}") if cents.strip("0") else int(whole)


def _dates(raw: str) -> Iterator[JsonValue]:
    for pattern in _DATES:
        with suppress(ValueError):
            yield time.strftime("%Y-%m-%d", time.strptime(raw, pattern))


def folded(text: str) -> str:
    """Letters and digits only, case folded."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
