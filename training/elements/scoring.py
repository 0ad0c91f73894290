"""Trees that tell what boxes are, fitted on examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from sklearn.ensemble import HistGradientBoostingClassifier

from training.elements.examples import Examples
from vouch.schemas.record import Engine
from vouch.workers.stages.elements.canvas import Floats

ROUNDS = 80
LEAVES = 24
FITS = 3
"""Each draws other measures for its splits; one alone may hang on a chance."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """An ElementModel in memory, for cross-validation."""

    forests: tuple[HistGradientBoostingClassifier, ...]

    @property
    def identity(self) -> Engine:
        return Engine(name="fitted", digest="0" * 64)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(map(str, self.forests[0].classes_))

    def judge(self, _names: Sequence[str], features: Floats) -> Floats:
        raw = np.mean([forest.decision_function(features) for forest in self.forests], axis=0)
        return np.asarray(softmax(raw, axis=1), np.float32)


def fitted(these: Examples) -> Fitted:
    """From all boxes that are beyond doubt."""
    return Fitted(tuple(_forest(these, seed) for seed in range(FITS)))


def _forest(these: Examples, seed: int) -> HistGradientBoostingClassifier:
    trees = HistGradientBoostingClassifier(
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        learning_rate=0.1,
        l2_regularization=1.0,
        max_features=0.3,
        random_state=seed,
    )
    return trees.fit(these.features, these.truths, sample_weight=these.weights)
