"""When a record is accepted: data, chosen by schema name, passed to the stage `decide`."""

from pydantic import Field

from vouch.schemas.draft import Pointer
from vouch.schemas.value import Value


class Policy(Value):
    """What must be right before nobody has to look."""

    name: str
    target_precision: float
    """Least confidence of an accepted value, 0 to 1."""
    decisive: tuple[Pointer, ...]
    """Pointers that must be present and accepted for the outcome `accept`. "/items/*/price" stands
    for those that were found."""
    if_found: tuple[Pointer, ...] = ()
    """Pointers that must be accepted too, where they are present."""


class Calibration(Value):
    """A fitted scoring model: for each kind of pointer a logistic regression over named signals.

    confidence = σ(intercept + Σ weight·(signal − mean)/scale), then never above `ceiling`.
    It judges what one reader says; that of the VLM reader also tells what a second one is worth.
    """

    name: str
    version: str
    fitted_on: str
    """What it was fitted on, how many documents, and how it was cross-validated."""
    models: dict[str, "ScoringModel"]
    """By pointer pattern ("/total", "/items/*/price"); "*" serves pointers without their own."""
    agreement: float = Field(default=0.0, ge=0.0)
    """Log-odds that a value gains when both readers offer it."""
    disagreement: float = Field(default=0.0, le=0.0)
    """Log-odds that it gains, or rather loses, when the other reader offers another."""


class ScoringModel(Value):
    """One logistic regression."""

    intercept: float
    weights: dict[str, float]
    means: dict[str, float]
    scales: dict[str, float]
    ceiling: float = 0.995
    """Highest confidence that the amount of fitting data can support."""
