"""What a reader claims is on a document, before anybody checked it."""

import math
from typing import Literal

from pydantic import Field

from vouch.schemas.geometry import Bbox
from vouch.schemas.value import Value

Reader = Literal["rules", "vlm", "xml"]
"""`xml`: invoice data that a PDF carries beside its pages; compared, never believed alone."""
Pointer = str
"""An RFC 6901 JSON Pointer into the record's data, e.g. "/items/0/price"."""


class TokenRef(Value):
    """A token of the document: the page's number and the index among that page's tokens."""

    page: int
    index: int


class Certainty(Value):
    """How sure a language model was of one value, over the model tokens that it chose freely.

    Probabilities are those under the grammar's mask, but those from before it where a server runs
    the model; model tokens that the grammar forced do not count. All logarithms are natural.
    """

    mean_logprob: float
    """Mean log-probability of a model token; 0 when all were forced."""
    min_logprob: float
    """That of the least likely one."""
    margin: float
    """Smallest difference in probability between a chosen model token and the next best, 0 to 1."""
    log_feasible: float | None
    """Smallest log Z: the share of the unmasked probability that the grammar allowed. Far below 0,
    the model wanted to write something else. None where the server that runs the model does not
    tell; 0 when all were forced."""
    tokens: int
    """How many model tokens were chosen freely."""

    @property
    def probability(self) -> float:
        """Geometric mean of the model tokens' probabilities, 0 to 1."""
        return math.exp(self.mean_logprob)


class Place(Value):
    """A part of a page that was seen rather than read: an element of a screen, the whole page.

    Only what looks at pixels or geometry may name one, never a language model.
    """

    page: int
    bbox: Bbox
    """Pixels of the upright frame."""


class Print(Value):
    """One place that prints a value."""

    raw: str
    """As printed."""
    tokens: tuple[TokenRef, ...]
    """In reading order."""


class Candidate(Value):
    """One value that a reader offers for one pointer."""

    value: str
    """Normalised: amounts as decimal strings, dates as ISO 8601. JSON where the schema's leaf is
    anything but text."""
    raw: str
    """As printed."""
    tokens: tuple[TokenRef, ...] = ()
    """Where the reader says it stands, in reading order."""
    place: Place | None = None
    """Where it was seen, for what no printed word says: a role, a box, a state."""
    repeats: tuple[Print, ...] = ()
    """Other places that print it in the same role: a total repeated beside the payment."""
    score: float
    """How strongly the reader prefers it, 0 to 1: comparable within one pointer, no probability."""
    signals: dict[str, float] = Field(default_factory=dict)
    """What spoke for it, by name: the scoring model reads these. `inferred` = 1 marks a value that
    differs from what is printed; `computed` = 1 one that follows from it or from what was seen: a
    category from the words that speak for it."""
    certainty: Certainty | None = None
    """What the model's own probabilities say; None for the rules reader."""


class Draft(Value):
    """All that one reader found: for each pointer its candidates, best first, runners-up kept.

    A pointer that is missing, or has no candidate, is `absent` for this reader. List pointers
    ("/items/0/price") have consecutive indices from 0.
    """

    reader: Reader
    candidates: dict[Pointer, tuple[Candidate, ...]]
    asides: dict[str, Candidate] = Field(default_factory=dict)
    """Amounts that the schema lacks but checks use: "cash", "change", "rounding"."""
