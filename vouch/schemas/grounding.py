"""What the stages `ground`, `check` and `score` hand on."""

from vouch.schemas.draft import Certainty, Place, Pointer, Print, Reader, TokenRef
from vouch.schemas.record import Match, Status
from vouch.schemas.value import Value


class GroundedCandidate(Value):
    """A reader's candidate after its evidence was looked for on the page."""

    reader: Reader
    value: str
    raw: str
    status: Status
    match: Match
    tokens: tuple[TokenRef, ...]
    """The tokens that print it, in reading order; empty when there are none."""
    place: Place | None = None
    """Where it was seen, for what no printed word says."""
    repeats: tuple[Print, ...] = ()
    """Other places that print it, each looked up on the page."""
    signals: dict[str, float]
    """The reader's own signals, and those that grounding adds."""
    certainty: Certainty | None = None
    seconded: "GroundedCandidate | None" = None
    """The same value as the other reader offers it; None where it does not."""


class GroundedField(Value):
    """All candidates of one pointer, best first; never empty."""

    pointer: Pointer
    candidates: tuple[GroundedCandidate, ...]

    @property
    def best(self) -> GroundedCandidate:
        return self.candidates[0]


class Check(Value):
    """One sum that the page should satisfy, and whether it does."""

    name: str
    pointers: tuple[Pointer, ...]
    passed: bool


class ScoredField(Value):
    """A grounded field with the calibrated probability that its best value is right."""

    field: GroundedField
    confidence: float
    checks: float | None
    """Share of the checks on this field that passed; None when none applied."""
    quality: float
    """Readability of the pages it stands on, 0 to 1."""
