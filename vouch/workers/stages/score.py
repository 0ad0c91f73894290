"""The stage `score`: signals → calibrated confidence."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vouch.schemas.document import Quality
from vouch.schemas.draft import Certainty, Pointer, Reader
from vouch.schemas.grounding import Check, GroundedField, ScoredField
from vouch.schemas.pointers import pattern_of
from vouch.schemas.policy import Calibration, ScoringModel

BETWEEN_READERS = frozenset({"agree", "disagree"})
"""Signals of two readers of one field, each 0 to 1."""
LEAST_LOGPROB = -20.0
"""Below, a model token is as good as impossible; how far below says nothing."""
Passed = Mapping[Pointer, float]
"""Of each pointer that checks are about, the share of them that passed."""


@dataclass(frozen=True, slots=True)
class Calibrations:
    """The scoring models of each reader by itself."""

    rules: Calibration
    vlm: Calibration

    def model(self, field: GroundedField) -> ScoringModel:
        """What judges the best candidate of a field: the model of its reader and pointer."""
        models = (self.vlm if field.best.reader == "vlm" else self.rules).models
        return models.get(pattern_of(field.pointer)) or models["*"]


def score(
    fields: Sequence[GroundedField],
    checks: Sequence[Check],
    qualities: Mapping[int, Quality],
    calibrations: Calibrations,
) -> tuple[ScoredField, ...]:
    """Each field with the probability that its best value is right. `qualities` by page number.

    A value that both readers offer has the odds of the surer one, raised by their agreement; one
    that the other reader contests has its own odds, lowered. Neither can turn round.
    """
    shares, print_height = shares_passed(checks), lowest_print(qualities)
    return tuple(_scored(field, shares, qualities, print_height, calibrations) for field in fields)


def alone(
    field: GroundedField,
    passed: float | None,
    qualities: Mapping[int, Quality],
    calibrations: Calibrations,
) -> float:
    """The probability that one reader's best candidate is right, by that reader's own sums.

    `passed`: the share of the checks on this field that passed; None when none applied.
    """
    signals = signals_of(field, passed, readability(field, qualities), lowest_print(qualities))
    return probability(signals, calibrations.model(field))


def _scored(
    field: GroundedField,
    shares: Passed,
    qualities: Mapping[int, Quality],
    print_height: float | None,
    calibrations: Calibrations,
) -> ScoredField:
    passed = shares.get(field.pointer)
    quality = readability(field, qualities)
    views = own_views(field)
    models = [calibrations.model(view) for view in views]
    odds = max(
        log_odds(signals_of(view, passed, quality, print_height), model)
        for view, model in zip(views, models, strict=True)
    )
    ceiling = max(model.ceiling for model in models)
    return ScoredField(
        field=field,
        confidence=min(sigmoid(odds + between_readers(field, calibrations.vlm)), ceiling),
        checks=passed,
        quality=quality,
    )


def between_readers(field: GroundedField, calibration: Calibration) -> float:
    """What the other reader adds to the log-odds of the best value, or takes from it."""
    signals = field.best.signals
    gain = calibration.agreement * signals.get("agree", 0.0)
    return gain + calibration.disagreement * signals.get("disagree", 0.0)


def own_views(field: GroundedField) -> list[GroundedField]:
    """The field as each reader alone has it that offers the best value first: one or two."""
    agreed = field.best.seconded if "agree" in field.best.signals else None
    return [_own_view(field, one.reader) for one in (field.best, agreed) if one is not None]


def _own_view(field: GroundedField, reader: Reader) -> GroundedField:
    own = tuple(
        one
        for candidate in field.candidates
        for one in (candidate, candidate.seconded)
        if one is not None and one.reader == reader
    )
    return field.model_copy(update={"candidates": own})


def shares_passed(checks: Sequence[Check]) -> Passed:
    """Of all pointers at once: a long invoice has thousands of both."""
    verdicts: dict[Pointer, list[bool]] = defaultdict(list)
    for made in checks:
        for pointer in set(made.pointers):
            verdicts[pointer].append(made.passed)
    return {pointer: sum(passed) / len(passed) for pointer, passed in verdicts.items()}


def readability(field: GroundedField, qualities: Mapping[int, Quality]) -> float:
    """1 − the worst issue of the pages that the field stands on; of all pages when it has none."""
    pages = {token.page for token in field.best.tokens} or set(qualities)
    issues = (issue.severity for page in pages for issue in qualities[page].issues)
    return 1.0 - max(issues, default=0.0)


def lowest_print(qualities: Mapping[int, Quality]) -> float | None:
    """Height of the text, in pixels, on the page that has the lowest; None where none has any."""
    return min(
        (found.text_height for found in qualities.values() if found.text_height), default=None
    )


def signals_of(
    field: GroundedField,
    passed: float | None,
    quality: float,
    print_height: float | None,
) -> dict[str, float]:
    """Everything that may speak for the best candidate: the scoring model's input, by name.

    `print_height`: see `lowest_print`.
    """
    best = field.best
    rivals = [other for other in field.candidates[1:] if other.value != best.value]
    second = max((rival.signals["reader_score"] for rival in rivals), default=0.0)
    signals = {
        **_without_the_other(best.signals),
        **_certainty(best.certainty),
        "reader_logit": _logit(best.signals["reader_score"]),
        "margin": best.signals["reader_score"] - second,
        "rivals": min(len(rivals), 4) / 4,
        "quality": quality,
    }
    if print_height is not None:
        signals["log_text_height"] = math.log(print_height)
    if passed is not None:
        signals |= {"check_passed": passed, "check_failed": 1.0 - passed}
    else:
        signals |= {"check_passed": 0.0, "check_failed": 0.0}
    return signals


def _without_the_other(signals: Mapping[str, float]) -> dict[str, float]:
    """A reader's own signals: its scoring model knows of no other reader."""
    return {name: signal for name, signal in signals.items() if name not in BETWEEN_READERS}


def _certainty(certainty: Certainty | None) -> dict[str, float]:
    """What a language model's own probabilities say; nothing where nobody measured them."""
    if certainty is None:
        return {}
    signals = {
        "vlm_mean_logprob": max(certainty.mean_logprob, LEAST_LOGPROB),
        "vlm_min_logprob": max(certainty.min_logprob, LEAST_LOGPROB),
        "vlm_margin": certainty.margin,
    }
    if certainty.log_feasible is not None:
        signals["vlm_feasible"] = max(certainty.log_feasible, LEAST_LOGPROB)
    return signals


def _logit(share: float) -> float:
    """Log odds, within ±5."""
    inside = min(max(share, 0.0067), 0.9933)
    return math.log(inside / (1.0 - inside))


def probability(signals: Mapping[str, float], model: ScoringModel) -> float:
    """σ of the log-odds, at most the ceiling."""
    return min(sigmoid(log_odds(signals, model)), model.ceiling)


def log_odds(signals: Mapping[str, float], model: ScoringModel) -> float:
    """intercept + Σ weight·(signal − mean)/scale.

    A signal that this document lacks counts as the mean, that is, for nothing.
    """
    return model.intercept + sum(
        weight * (signals[name] - model.means[name]) / model.scales[name]
        for name, weight in model.weights.items()
        if name in signals
    )


def sigmoid(logit: float) -> float:
    """Log-odds → probability; beyond ±30 it is as good as sure."""
    return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))
