"""The stage `score`: signals → calibrated confidence."""

import math
from collections.abc import Mapping, Sequence

from vouch.schemas.document import Quality
from vouch.schemas.grounding import Check, GroundedField, ScoredField
from vouch.schemas.pointers import pattern_of
from vouch.schemas.policy import Calibration, ScoringModel


def score(
    fields: Sequence[GroundedField],
    checks: Sequence[Check],
    qualities: Mapping[int, Quality],
    calibration: Calibration,
) -> tuple[ScoredField, ...]:
    """Each field with the probability that its best value is right. `qualities` by page number."""
    return tuple(_scored(field, checks, qualities, calibration) for field in fields)


def _scored(
    field: GroundedField,
    checks: Sequence[Check],
    qualities: Mapping[int, Quality],
    calibration: Calibration,
) -> ScoredField:
    pattern = pattern_of(field.pointer)
    model = calibration.models.get(pattern) or calibration.models["*"]
    passed = checks_passed(field, checks)
    quality = readability(field, qualities)
    return ScoredField(
        field=field,
        confidence=probability(signals_of(field, passed, quality, qualities), model),
        checks=passed,
        quality=quality,
    )


def checks_passed(field: GroundedField, checks: Sequence[Check]) -> float | None:
    """Share of the checks on this field that passed; None when none applied."""
    verdicts = [made.passed for made in checks if field.pointer in made.pointers]
    return sum(verdicts) / len(verdicts) if verdicts else None


def readability(field: GroundedField, qualities: Mapping[int, Quality]) -> float:
    """1 − the worst issue of the pages that the field stands on; of all pages when it has none."""
    pages = {token.page for token in field.best.tokens} or set(qualities)
    issues = (issue.severity for page in pages for issue in qualities[page].issues)
    return 1.0 - max(issues, default=0.0)


def signals_of(
    field: GroundedField,
    passed: float | None,
    quality: float,
    qualities: Mapping[int, Quality],
) -> dict[str, float]:
    """Everything that may speak for the best candidate: the scoring model's input, by name."""
    best = field.best
    rivals = [other for other in field.candidates[1:] if other.value != best.value]
    second = max((rival.signals["reader_score"] for rival in rivals), default=0.0)
    signals = {
        **best.signals,
        "reader_logit": _logit(best.signals["reader_score"]),
        "margin": best.signals["reader_score"] - second,
        "rivals": min(len(rivals), 4) / 4,
        "quality": quality,
    }
    heights = [found.text_height for found in qualities.values() if found.text_height]
    if heights:
        signals["log_text_height"] = math.log(min(heights))
    if passed is not None:
        signals |= {"check_passed": passed, "check_failed": 1.0 - passed}
    else:
        signals |= {"check_passed": 0.0, "check_failed": 0.0}
    return signals


def _logit(share: float) -> float:
    """Log odds, within ±5."""
    inside = min(max(share, 0.0067), 0.9933)
    return math.log(inside / (1.0 - inside))


def probability(signals: Mapping[str, float], model: ScoringModel) -> float:
    """σ(intercept + Σ weight·(signal − mean)/scale), at most the ceiling.

    A signal that this document lacks counts as the mean, that is, for nothing.
    """
    logit = model.intercept + sum(
        weight * (signals[name] - model.means[name]) / model.scales[name]
        for name, weight in model.weights.items()
        if name in signals
    )
    return min(1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0))), model.ceiling)
