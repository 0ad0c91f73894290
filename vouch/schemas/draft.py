"""What a reader claims is on a document, before anybody checked it."""

from typing import Literal

from pydantic import Field

from vouch.schemas.value import Value

Reader = Literal["rules", "vlm"]
Pointer = str
"""An RFC 6901 JSON Pointer into the record's data, e.g. "/items/0/price"."""


class TokenRef(Value):
    """A token of the document: the page's number and the index among that page's tokens."""

    page: int
    index: int


class Print(Value):
    """One place that prints a value."""

    raw: str
    """As printed."""
    tokens: tuple[TokenRef, ...]
    """In reading order."""


class Candidate(Value):
    """One value that a reader offers for one pointer."""

    value: str
    """Normalised: amounts as decimal strings, dates as ISO 8601."""
    raw: str
    """As printed."""
    tokens: tuple[TokenRef, ...] = ()
    """Where the reader says it stands, in reading order."""
    repeats: tuple[Print, ...] = ()
    """Other places that print it in the same role: a total repeated beside the payment."""
    score: float
    """How strongly the reader prefers it, 0 to 1: comparable within one pointer, no probability."""
    signals: dict[str, float] = Field(default_factory=dict)
    """What spoke for it, by name: the scoring model reads these."""


class Draft(Value):
    """All that one reader found: for each pointer its candidates, best first, runners-up kept.

    A pointer that is missing, or has no candidate, is `absent` for this reader. List pointers
    ("/items/0/price") have consecutive indices from 0.
    """

    reader: Reader
    candidates: dict[Pointer, tuple[Candidate, ...]]
    asides: dict[str, Candidate] = Field(default_factory=dict)
    """Amounts that the schema lacks but checks use: "cash", "change", "rounding"."""
