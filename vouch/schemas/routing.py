"""What a picture shows: judged by the stage `route` before anybody reads values."""

from typing import Literal, get_args

from vouch.schemas.geometry import Polygon
from vouch.schemas.value import Value

AUTO = "auto"
"""The schema's name by which a caller asks to be told what the picture shows."""
Kind = Literal["receipt", "invoice", "error_screenshot", "ui", "document", "no_document", "photo"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCHEMA_OF: dict[Kind, str] = {
    "receipt": "receipt",
    "invoice": "invoice",
    "error_screenshot": "error_screenshot",
    "ui": "ui",
    "document": "generic",
    "no_document": "generic",
    "photo": "generic",
}
"""The built-in schema that each kind is read under."""
NOTHING_TO_READ: frozenset[Kind] = frozenset({"no_document", "photo"})


class Look(Value):
    """How a page looks at a glance, by name of the measure: what tells screens from photos."""

    measures: dict[str, float]
    kinds: dict[Kind, float] | None = None
    """What a picture model takes it for, as shares of 1; None where none is configured."""
    embedding: tuple[float, ...] = ()
    """Of that model, of length 1: pages that look alike point the same way."""


class KindScore(Value):
    """One kind that it could be."""

    kind: Kind
    confidence: float
    """Calibrated probability, 0 to 1."""


class Sign(Value):
    """Printed words that speak for a kind."""

    text: str
    page: int
    polygon: Polygon
    """In upload pixels."""


class Routing(Value):
    """What a picture shows, how sure that is, and what speaks for it."""

    kind: Kind
    schema_name: str
    """The built-in schema that it is read under."""
    confidence: float
    """Calibrated probability that this is the kind, 0 to 1."""
    runners_up: tuple[KindScore, ...]
    """The other kinds, likeliest first."""
    signs: tuple[Sign, ...] = ()
    """In reading order; empty where only the look speaks."""
