"""Scoring models from examples: one logistic regression for each kind of pointer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from vouch.schemas.policy import ScoringModel

PENALTY = 3.0
"""Half of this times the squared weights is added to the log loss: some twenty signals are fitted
on a few hundred examples, of which a dozen may be wrong."""
FOR = frozenset(
    {"match", "reader_logit", "margin", "ocr", "ocr_lowest", "ocr_mean", "quality", "check_passed"}
    | {"keyword", "sums", "paid", "repeats", "largest", "currency", "crowd", "shape", "order"}
    | {"time_beside", "legal_form", "trade", "agreement", "first", "postcode", "street", "place"}
    | {"columns", "height", "reread"}
    | {"vlm_mean_logprob", "vlm_min_logprob", "vlm_margin", "vlm_feasible"}
)
REPLACED = frozenset({"reader_score"})
"""Its logit is fitted instead: between 0.9 and 0.99 lies as much as between 0.5 and 0.9."""
AGAINST = frozenset(
    {"rivals", "check_failed", "contrary", "superseded", "unpaid", "scarred", "summary"}
    | {"ambiguous", "inferred"}
)
"""What can only speak for a value, or only against it: a few wrong examples cannot turn that round.
The other signals may go either way."""
PRIOR = 0.25
"""Weight that such a signal is pulled to instead of 0: where examples tell nothing, what a signal
means is believed a little."""
LEAST_SHARE = 0.05
"""A signal that fewer of the examples have says too little to be given a weight."""
OWN_MODEL = 50
"""Examples, right and wrong ones among them, from which a pointer has a model of its own."""
OWN_SIGNALS = 5
"""Wrong (or right) examples from which that model also uses the signals only its pointer has."""
POOLED = (
    *("match", "reader_logit", "margin", "rivals", "ocr_lowest", "ocr_mean", "quality"),
    *("check_passed", "check_failed", "scarred"),
)
"""Signals that candidates of every pointer have: the pooled model uses only these."""
POOLED_VLM = (
    *("match", "ocr_lowest", "ocr_mean", "quality", "check_passed", "check_failed"),
    *("vlm_mean_logprob", "vlm_min_logprob", "vlm_margin", "vlm_feasible", "inferred", "reread"),
)
"""The same of the VLM reader's candidates."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One field of one document: its signals, and whether its value was right."""

    pattern: str
    signals: Mapping[str, float]
    right: bool
    weight: float = 1.0


def fit_all(examples: Sequence[Example], pooled: Sequence[str] = POOLED) -> dict[str, ScoringModel]:
    """A model for each pattern with enough examples, and "*", the pooled one, for the rest."""
    by_pattern: dict[str, list[Example]] = {}
    for example in examples:
        by_pattern.setdefault(example.pattern, []).append(example)
    own = {
        pattern: fit(found, _signals(found, pooled))
        for pattern, found in sorted(by_pattern.items())
        if len(found) >= OWN_MODEL and _rarer(found) > 0
    }
    return {"*": fit(examples, pooled), **own}


def _signals(examples: Sequence[Example], pooled: Sequence[str]) -> Sequence[str]:
    return usable_signals(examples) if _rarer(examples) >= OWN_SIGNALS else pooled


def can_fit(examples: Sequence[Example]) -> bool:
    """Whether there are enough of them, right and wrong ones, for any model at all."""
    return len(examples) >= OWN_MODEL and _rarer(examples) >= OWN_SIGNALS


def _rarer(examples: Sequence[Example]) -> int:
    """How many examples the rarer of the two outcomes has."""
    right = sum(example.right for example in examples)
    return min(right, len(examples) - right)


def fit(examples: Sequence[Example], names: Sequence[str]) -> ScoringModel:
    """One model over the named signals. Examples must hold both right and wrong values."""
    means, scales = _spread(examples, names)
    right = np.array([found.right for found in examples], dtype=np.float64)
    solved = minimize(
        _loss,
        np.zeros(len(names) + 1),
        args=(
            _matrix(examples, names, means, scales),
            right,
            np.array([found.weight for found in examples]),
            _prior(names),
        ),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *(_bounds(name) for name in names)],
    )
    return ScoringModel(
        intercept=round(float(solved.x[0]), 4),
        weights=_named(names, solved.x[1:]),
        means=_named(names, means),
        scales=_named(names, scales),
        # The rule of three: n examples without an error bound its rate at 3/n with 95 % confidence.
        ceiling=round(min(0.995, 1.0 - 3.0 / sum(found.weight for found in examples)), 4),
    )


def _loss(
    weights: Floats, matrix: Floats, right: Floats, shares: Floats, prior: Floats
) -> tuple[float, Floats]:
    """Log loss and penalty, and their gradient; the intercept comes first and is not penalised.

    `shares` are the weights of the examples.
    """
    pulled = weights[1:] - prior
    logits = weights[0] + matrix @ weights[1:]
    errors = shares * (1.0 / (1.0 + np.exp(-logits)) - right)
    loss = shares @ (np.logaddexp(0.0, logits) - right * logits) + PENALTY / 2 * pulled @ pulled
    slope = np.concatenate(([errors.sum()], matrix.T @ errors + PENALTY * pulled))
    return float(loss), slope


def _prior(names: Sequence[str]) -> Floats:
    return PRIOR * np.array([float(name in FOR) - float(name in AGAINST) for name in names])


def _bounds(name: str) -> tuple[float | None, float | None]:
    return (0.0 if name in FOR else None, 0.0 if name in AGAINST else None)


def usable_signals(examples: Sequence[Example]) -> list[str]:
    """Signals that enough examples have and that are not the same everywhere, sorted."""
    names = sorted({name for example in examples for name in example.signals})
    return [name for name in names if name not in REPLACED and _varies(name, examples)]


def _varies(name: str, examples: Sequence[Example]) -> bool:
    seen = [example.signals[name] for example in examples if name in example.signals]
    return len(seen) >= LEAST_SHARE * len(examples) and max(seen) - min(seen) > 1e-6


def _spread(examples: Sequence[Example], names: Sequence[str]) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each signal over the examples that have it."""
    columns = [
        np.array([found.signals[name] for found in examples if name in found.signals] or [0.0])
        for name in names
    ]
    means = np.array([column.mean() for column in columns])
    scales = np.array([max(float(column.std()), 1e-3) for column in columns])
    return means, scales


def _matrix(
    examples: Sequence[Example], names: Sequence[str], means: Floats, scales: Floats
) -> Floats:
    """Shape (examples, signals), standardised; a signal that is missing stands at its mean."""
    rows = [
        [example.signals.get(name, mean) for name, mean in zip(names, means, strict=True)]
        for example in examples
    ]
    scaled: Floats = (np.array(rows).reshape(len(examples), len(names)) - means) / scales
    return scaled


def _named(names: Sequence[str], numbers: Floats) -> dict[str, float]:
    return {name: round(float(n), 4) for name, n in zip(names, numbers, strict=True)}
