"""The classifier: a multinomial logistic regression over named measures, fitted elsewhere."""

import hashlib
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vouch.schemas.record import Engine
from vouch.schemas.routing import Kind
from vouch.schemas.value import Value

_FILE = "weights.json"
_FARTHEST = 3.5
"""Scales from the mean beyond which a measure says no more: pictures may be unlike any before."""


class RoutingModel(Value):
    """score(kind) = intercept + Σ weight·(measure − mean)/scale; their softmax at a temperature."""

    name: str
    version: str
    fitted_on: str
    """What it was fitted on, and how it was cross-validated."""
    means: dict[str, float]
    scales: dict[str, float]
    intercepts: dict[Kind, float]
    weights: dict[Kind, dict[str, float]]
    temperature: float
    """Divides scores: what makes probabilities frequencies on pictures from elsewhere."""
    ceiling: float
    """Highest probability that the amount of fitting data can support."""

    def probabilities(self, measured: Mapping[str, float]) -> dict[Kind, float]:
        """Of each kind, calibrated. A measure that is missing counts as the mean."""
        standard = {
            name: max(-_FARTHEST, min((measured[name] - mean) / self.scales[name], _FARTHEST))
            for name, mean in self.means.items()
            if name in measured
        }
        scores = {
            kind: (
                intercept
                + sum(self.weights[kind].get(name, 0.0) * value for name, value in standard.items())
            )
            / self.temperature
            for kind, intercept in self.intercepts.items()
        }
        return self._capped(_softmax(scores))

    def _capped(self, shares: Mapping[Kind, float]) -> dict[Kind, float]:
        """What is beyond the ceiling goes to the others in equal parts."""
        best = max(shares, key=shares.__getitem__)
        excess = max(shares[best] - self.ceiling, 0.0) / max(len(shares) - 1, 1)
        return {
            kind: min(share, self.ceiling) if kind == best else share + excess
            for kind, share in shares.items()
        }


def _softmax(scores: Mapping[Kind, float]) -> dict[Kind, float]:
    highest = max(scores.values())
    powers = {kind: math.exp(score - highest) for kind, score in scores.items()}
    total = sum(powers.values())
    return {kind: power / total for kind, power in powers.items()}


@cache
def released() -> tuple[RoutingModel, Engine]:
    """The fitted model that ships, and the digest of its exact form."""
    text = (files(__package__) / _FILE).read_text("utf-8")
    model = RoutingModel.model_validate_json(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return model, Engine(name=f"{model.name}-{model.version}", digest=digest)
