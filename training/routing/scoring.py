"""How well a classifier tells kinds apart, and how well it knows how sure it is."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vouch.schemas.routing import KINDS

_SURE = 0.9
"""From here on a judgement counts as sure."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Examples as numbers; a measure that one lacks is NaN until its mean is known."""

    names: tuple[str, ...]
    measured: Floats
    kinds: NDArray[np.str_]
    sources: NDArray[np.str_]
    makers: NDArray[np.str_]
    origins: NDArray[np.str_]
    """Examples of one origin are left out together."""

    def part(self, chosen: NDArray[np.bool_]) -> "Table":
        return replace(
            self,
            measured=self.measured[chosen],
            kinds=self.kinds[chosen],
            sources=self.sources[chosen],
            makers=self.makers[chosen],
            origins=self.origins[chosen],
        )


def shares_of(scores: Floats) -> Floats:
    """Probabilities of each example's kinds, in the order of KINDS."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def report_of(shares: Floats, table: Table) -> dict[str, object]:
    """Accuracy, calibration and confusion of these judgements."""
    guessed = np.array([KINDS[place] for place in shares.argmax(axis=1)])
    right, sureness = guessed == table.kinds, shares.max(axis=1)
    sure = sureness >= _SURE
    return {
        "pictures": len(right),
        "accuracy": _share(right),
        "ece": round(_ece(sureness, right), 4),
        "recall": {
            kind: _share(right[table.kinds == kind]) for kind in KINDS if kind in table.kinds
        },
        "sure": _share(sure),
        "accuracy_of_the_sure": _share(right[sure]) if sure.any() else None,
        "by_source": {
            f"{source} {kind}": _share(right[(table.sources == source) & (table.kinds == kind)])
            for source, kind in sorted(set(zip(table.sources, table.kinds, strict=True)))
        },
        "confusion": {
            kind: dict(Counter(map(str, guessed[table.kinds == kind]))) for kind in KINDS
        },
    }


def _share(of: NDArray[np.bool_]) -> float:
    return round(float(of.mean()), 4)


def _ece(sure: Floats, right: NDArray[np.bool_]) -> float:
    """Mean distance of confidence and frequency, in ten bins of confidence."""
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(float(sure[bins == one].mean() - right[bins == one].mean()))
        * float((bins == one).sum())
        for one in set(bins)
    ]
    return sum(gaps) / len(sure)
