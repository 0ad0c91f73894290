"""Trees that tell what boxes are, fitted on examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from training.elements.examples import Examples
from vouch.schemas.record import Engine
from vouch.workers.stages.elements.canvas import Floats

ROUNDS = 120
LEAVES = 24


@dataclass(frozen=True, slots=True)
class Fitted:
    """An ElementModel in memory, for cross-validation."""

    trees: HistGradientBoostingClassifier

    @property
    def identity(self) -> Engine:
        return Engine(name="fitted", digest="0" * 64)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(map(str, self.trees.classes_))

    def judge(self, _names: Sequence[str], features: Floats) -> Floats:
        return np.asarray(self.trees.predict_proba(features), np.float32)


def fitted(these: Examples, seed: int = 0) -> Fitted:
    """From all boxes that are beyond doubt."""
    trees = HistGradientBoostingClassifier(
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        learning_rate=0.1,
        l2_regularization=1.0,
        max_features=0.3,
        random_state=seed,
    )
    trees.fit(these.features, these.truths, sample_weight=these.weights)
    return Fitted(trees)
