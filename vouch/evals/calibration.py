"""Whether confidences can be believed: pure functions of (confidence, was right) pairs.

Ties are broken by nobody: values of one confidence share their mean rightness, so that no metric
depends on the order of its input. Each is None where it is undefined.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

Scored = tuple[float, bool]
"""A confidence, 0 to 1, and whether the value was right."""


def ece(scored: Sequence[Scored], bins: int = 15) -> float | None:
    """Expected calibration error, equal-width bins (Guo et al. 2017); 0 is perfect."""
    if not scored:
        return None
    gaps = (
        abs(sum(confidence - right for confidence, right in held)) for held in binned(scored, bins)
    )
    return sum(gaps) / len(scored)


def binned(scored: Sequence[Scored], bins: int) -> list[list[Scored]]:
    """The pairs by confidence, in bins of equal width; some may be empty."""
    held: list[list[Scored]] = [[] for _ in range(bins)]
    for pair in scored:
        held[min(int(pair[0] * bins), bins - 1)].append(pair)
    return held


def auroc(scored: Sequence[Scored]) -> float | None:
    """Probability that a right value has a higher confidence than a wrong one; ties count half."""
    right = [confidence for confidence, was_right in scored if was_right]
    wrong = [confidence for confidence, was_right in scored if not was_right]
    if not right or not wrong:
        return None
    wins = sum((good > bad) + (good == bad) / 2 for good in right for bad in wrong)
    return wins / (len(right) * len(wrong))


def aurc(scored: Sequence[Scored]) -> float | None:
    """Area under the risk-coverage curve (Geifman & El-Yaniv 2017); 0 is perfect."""
    if not scored:
        return None
    return sum(1 - accuracy for accuracy in accuracies(scored)) / len(scored)


def accuracy_at_coverage(scored: Sequence[Scored], coverage: float) -> float | None:
    """Share of right values among the most confident `coverage` of them."""
    if not scored:
        return None
    kept = max(1, round(coverage * len(scored)))
    return accuracies(scored)[kept - 1]


def coverage_at_precision(scored: Sequence[Scored], precision: float) -> float | None:
    """The largest share of values that one threshold can keep with at least this precision."""
    if not scored:
        return None
    kept = right = best = 0
    for group in _by_confidence(scored):
        kept, right = kept + len(group), right + sum(group)
        if right >= precision * kept:
            best = kept
    return best / len(scored)


def _by_confidence(scored: Sequence[Scored]) -> Iterator[list[bool]]:
    ordered = sorted(scored, key=lambda pair: -pair[0])
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        yield [right for _, right in group]


def accuracies(scored: Sequence[Scored]) -> list[float]:
    """Accuracy of the k most confident values, for k = 1 … n."""
    shared = [sum(group) / len(group) for group in _by_confidence(scored) for _ in group]
    return [total / kept for kept, total in enumerate(accumulate(shared), 1)]
