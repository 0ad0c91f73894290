"""What a second reader is worth: the log-odds that agreement adds and disagreement takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from vouch.schemas.document import Quality
from vouch.schemas.draft import Reader
from vouch.schemas.grounding import ScoredField
from vouch.schemas.pointers import pattern_of
from vouch.workers.stages.score import Calibrations, log_odds, lowest_print, own_views, signals_of

PENALTY = 10.0
"""Half of this times the squared distance from the prior is added to the log loss: as if a few
dozen fields had been seen before."""


@dataclass(frozen=True, slots=True)
class View:
    """What one reader alone knows of its value."""

    reader: Reader
    pattern: str
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """One field that both readers read: what each knows that has the value, and if it is right."""

    views: tuple[View, ...]
    agree: float
    disagree: float
    right: bool

    def odds(self, calibrations: Calibrations) -> float:
        """The log-odds of the surer reader by itself."""
        return max(_odds(view, calibrations) for view in self.views)


def pair_of(scored: ScoredField, qualities: Mapping[int, Quality], *, right: bool) -> Pair | None:
    """None where only one reader has a say."""
    signals = scored.field.best.signals
    agree, disagree = signals.get("agree", 0.0), signals.get("disagree", 0.0)
    if not agree and not disagree:
        return None
    views = tuple(
        View(
            view.best.reader,
            pattern_of(view.pointer),
            signals_of(view, scored.checks, scored.quality, lowest_print(qualities)),
        )
        for view in own_views(scored.field)
    )
    return Pair(views, agree, disagree, right)


def worth(
    pairs: Sequence[Pair], calibrations: Calibrations, prior: tuple[float, float]
) -> tuple[float, float]:
    """Agreement (never below 0) and disagreement (never above) that explain these fields best."""
    odds = np.array([pair.odds(calibrations) for pair in pairs])
    signals = np.array([[pair.agree, pair.disagree] for pair in pairs]).reshape(len(pairs), 2)
    right = np.array([pair.right for pair in pairs], dtype=np.float64)
    solved = minimize(
        _loss,
        np.array(prior),
        args=(odds, signals, right, np.array(prior)),
        method="L-BFGS-B",
        bounds=[(0.0, None), (None, 0.0)],
    )
    agreement, disagreement = solved.x
    return round(float(agreement), 4), round(float(disagreement), 4)


def _loss(
    gains: NDArray[np.float64],
    odds: NDArray[np.float64],
    signals: NDArray[np.float64],
    right: NDArray[np.float64],
    prior: NDArray[np.float64],
) -> float:
    logits = odds + signals @ gains
    pulled = gains - prior
    misfit = np.logaddexp(0.0, logits) - right * logits
    return float(misfit.sum() + PENALTY / 2 * pulled @ pulled)


def _odds(view: View, calibrations: Calibrations) -> float:
    models = (calibrations.vlm if view.reader == "vlm" else calibrations.rules).models
    return log_odds(view.signals, models.get(view.pattern) or models["*"])
