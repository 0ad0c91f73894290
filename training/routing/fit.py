"""Fits the classifier: `python -m training.routing.fit FOLDER` writes weights.json.

Cross-validated by source: each source in turn is judged by a model that saw none of it, where its
kind has another source to learn from; otherwise by fifths. The last line printed is one JSON object
with accuracy, expected calibration error and the confusion, all of pictures from unseen sources.
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from training.routing.examples import Example
from training.routing.scoring import Floats, Table, report_of, shares_of
from vouch.schemas.routing import KINDS
from vouch.workers.stages.routing import model as shipped
from vouch.workers.stages.routing.model import RoutingModel

PENALTY = 0.003
"""Inverse strength of the pull of weights to 0: few sources, so the weights stay small."""
LEFT_OUT = frozenset(
    {"look_is_pdf", "look_has_layer", "log_pages", "look_log_pixels", "log_text_pixels"}
    | {"ocr_score"}
)
"""Measures that tell these sources apart rather than kinds: here only invoices are PDFs."""
_LEAST_SCALE = 1e-3
_FOLDS = 5


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--dry", action="store_true", help="measure only")
    args = asked.parse_args()
    table = table_of(read(args.folder))
    scores = unseen(table)
    temperature = _temperature(scores, table)
    report = report_of(shares_of(scores / temperature), table)
    ceiling = round(1 - 3 / len(table.kinds) * 3, 4)  # rule of three, for a third of the kinds
    fitted_on = (
        f"{len(table.kinds)} pictures of {len(set(table.sources))} sources, by source: "
        f"accuracy {report['accuracy']}, ECE {report['ece']}"
    )
    if not args.dry:
        fitted = fit(table).model_copy(
            update={"temperature": temperature, "ceiling": ceiling, "fitted_on": fitted_on}
        )
        place = Path(shipped.__file__).with_name("weights.json")
        place.write_text(fitted.model_dump_json(indent=1) + "\n", "utf-8")
    print(json.dumps(report))  # noqa: T201


def read(folder: Path) -> list[Example]:
    """All that `gather` left there."""
    return [
        Example.model_validate_json(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def table_of(examples: Sequence[Example]) -> Table:
    names = tuple(sorted({name for one in examples for name in one.measured} - LEFT_OUT))
    return Table(
        names,
        np.array([[one.measured.get(name, np.nan) for name in names] for one in examples]),
        np.array([one.kind for one in examples]),
        np.array([one.source for one in examples]),
        np.array([one.maker for one in examples]),
        np.array([one.origin for one in examples]),
    )


def fit(table: Table) -> RoutingModel:
    """Each kind weighs the same; within it makers by the root of what they made."""
    weights = example_weights(table)
    means = _weighted_mean(table.measured, weights)
    filled = np.where(np.isnan(table.measured), means, table.measured)
    scales = np.maximum(np.sqrt(_weighted_mean((filled - means) ** 2, weights)), _LEAST_SCALE)
    standard = np.clip((filled - means) / scales, -3.5, 3.5)
    regression = LogisticRegression(C=PENALTY, max_iter=2000)
    regression.fit(standard, table.kinds, sample_weight=weights)
    names, kinds = table.names, regression.classes_
    return RoutingModel(
        name="routing",
        version="2",
        fitted_on="",
        means=_named(names, means),
        scales=_named(names, scales),
        intercepts=_named(kinds, regression.intercept_),
        weights={
            kind: _named(names, row) for kind, row in zip(kinds, regression.coef_, strict=True)
        },
        temperature=1.0,
        ceiling=1.0,
    )


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {str(name): round(float(one), 5) for name, one in zip(names, values, strict=True)}


def example_weights(table: Table) -> Floats:
    """Sum to the number of examples."""
    made = Counter(zip(table.kinds, table.makers, strict=True))
    roots: Counter[str] = Counter()
    for (kind, _), count in made.items():
        roots[kind] += math.sqrt(count)  # type: ignore[assignment]
    raw = np.array(
        [
            1 / (math.sqrt(made[kind, maker]) * roots[kind])
            for kind, maker in zip(table.kinds, table.makers, strict=True)
        ]
    )
    return np.asarray(raw * len(raw) / raw.sum())


def _weighted_mean(values: Floats, weights: Floats) -> Floats:
    known = ~np.isnan(values)
    total = (np.where(known, values, 0) * weights[:, None]).sum(axis=0)
    return np.asarray(total / np.maximum((known * weights[:, None]).sum(axis=0), 1e-9))


def unseen(table: Table) -> Floats:
    """Scores of each example by a model that saw none of its origin, shape (examples, kinds)."""
    scores = np.zeros((len(table.kinds), len(KINDS)))
    for origin in sorted(set(table.origins)):
        own = table.origins == origin
        for held in _held(table, own):
            fitted = fit(table.part(~held))
            scores[held] = [_scores(fitted, table, row) for row in table.measured[held]]
    return scores


def _held(table: Table, own: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The whole origin; or fifths of it where nothing else shows one of its kinds."""
    if set(table.kinds[own]) <= set(table.kinds[~own]):
        return [own]
    turn = np.cumsum(own) % _FOLDS
    return [own & (turn == fold) for fold in range(_FOLDS)]


def _scores(fitted: RoutingModel, table: Table, row: Floats) -> list[float]:
    measured = {
        name: float(value)
        for name, value in zip(table.names, row, strict=True)
        if not np.isnan(value)
    }
    likely = fitted.probabilities(measured)
    return [float(np.log(likely.get(kind, 0.0) + 1e-12)) for kind in KINDS]


def _temperature(scores: Floats, table: Table) -> float:
    """At which the log loss on unseen sources is least; weighed as in fitting.

    Else the many easy pages of kits would make it sure of what is rare and hard, too.
    """
    right = np.array([KINDS.index(kind) for kind in table.kinds])
    weights = example_weights(table)

    def loss(log_temperature: float) -> float:
        shares = shares_of(scores / np.exp(log_temperature))
        losses = -np.log(shares[np.arange(len(right)), right] + 1e-12)
        return float(np.average(losses, weights=weights))

    found = minimize_scalar(loss, bounds=(-1.5, 3.0), method="bounded")
    return round(float(np.exp(found.x)), 3)


if __name__ == "__main__":
    main()
