"""Whether a picture is about an error: a logistic regression that `make fit-errors` fits."""

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from vouch.schemas.value import Value

FILE = Path(__file__).with_name("weights.json")


class Weights(Value):
    """Log-odds of an error: `intercept` + Σ weight · cue."""

    fitted_on: str
    intercept: float
    weights: dict[str, float]

    def sureness(self, cues: Mapping[str, float]) -> float:
        """How surely it is an error, 0 to 1."""
        odds = self.intercept + sum(weight * cues[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-odds))


@cache
def released() -> Weights:
    return Weights.model_validate_json(FILE.read_text("utf-8"))
