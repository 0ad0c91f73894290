"""Fits what tells errors from other screens: `make fit-errors ARGS="--kept FOLDER SET…"`.

Sets are labelled pictures of errors, or rendered pages of `training.screens`, which show none. A
line for each set, judged by weights that saw none of its groups; then the weights are written.
"""

import argparse
import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from vouch.evals.kept import Shelf
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import build_engines
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.readers.error_screenshot.cues import Cues, cues_of
from vouch.workers.stages.readers.error_screenshot.judging import FILE, Weights
from vouch.workers.stages.readers.error_screenshot.scene import read_scene

Floats = NDArray[np.float64]
WORDS = Path(__file__).parents[1] / "screens" / "words.toml"
FOLDS = 5
_PENALTY = 0.5
"""Half of this times the squared weights is added to the log loss."""
_FOR = (
    "said", "said_alone", "faint", "denied", "told_to", "detail", "coded", "thrown", "sign_red",
    "sign_amber", "told_in_red", "ink_red", "ink_amber", "ground_red", "ground_amber", "retries",
    "notes",
)  # fmt: skip
_LEAST = {"sign_red": 2.5, "sign_amber": 1.5, "told_in_red": 2.0}
"""Rendered pages draw their controls in colours by lot; programs keep these two for trouble."""
_AGAINST = ("glad", "asks", "sign_green", "ink_green", "ground_green", "decides", "busy")


@dataclass(frozen=True, slots=True)
class Example:
    """A picture that anything can be told of."""

    collection: str
    group: str
    cues: Cues
    is_error: bool


def example(line: Mapping[str, Any], collection: str, layouts: Sequence[PageLayout]) -> Example:
    """One labelled picture; a rendered page shows an error where one of its alerts stands on it."""
    scene = read_scene(layouts)
    group = line["kit"] if "kit" in line else line.get("group", line["file"])
    is_error = _warns(line) if "kit" in line else bool(line["expected"].get("/is_error"))
    return Example(collection, str(group), cues_of(scene, layouts) if scene else {}, is_error)


def _warns(line: Mapping[str, Any]) -> bool:
    text = " ".join(one["text"] for one in line["lines"])
    return any(alert in text for alert in _alerts())


@cache
def _alerts() -> frozenset[str]:
    """What the data engine of screens writes into alerts of trouble, in every language."""
    words = tomllib.loads(WORDS.read_text("utf-8"))
    return frozenset(text for lists in words.values() for text in lists.get("errors", ()))


def examples(folder: Path, shelf: Shelf) -> Iterator[Example]:
    options = Options(schema_name="error_screenshot", readers="rules")
    for text in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        line = json.loads(text)
        kept, _ = shelf.kept(folder / line["file"], options)
        yield example(line, folder.resolve().name, kept.perception.layouts)


def fitted(held: Sequence[Example]) -> Weights:
    """By logistic regression; what a cue means is not turned round."""
    told = [one for one in held if one.cues]
    names = list(told[0].cues)
    rows = np.array([[1.0, *(one.cues[name] for name in names)] for one in told])
    signs = np.array([1.0 if one.is_error else -1.0 for one in told])
    shares = _shares(told)

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = signs * (rows @ weights)
        kept = np.array([0.0, *weights[1:]])
        slope = -(shares * signs / (1 + np.exp(odds))) @ rows + _PENALTY * kept
        return shares @ np.logaddexp(0, -odds) + _PENALTY * kept @ kept / 2, slope

    bounds = [(-np.inf, np.inf), *(_bounds(name) for name in names)]
    start = [min(max(0.0, low), high) for low, high in bounds]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x.round(2)
    return Weights(
        fitted_on=", ".join(sorted({one.collection for one in held})),
        intercept=float(found[0]),
        weights={name: float(weight) for name, weight in zip(names, found[1:], strict=True)},
    )


def _shares(held: Sequence[Example]) -> Floats:
    """What each example weighs: sets alike, however large; errors and calm screens half each."""
    sizes = Counter(one.collection for one in held)
    shares = np.array([1 / sizes[one.collection] for one in held])
    errors = np.array([one.is_error for one in held])
    for part in (errors, ~errors):
        shares[part] *= len(held) / 2 / shares[part].sum()
    return shares


def _bounds(name: str) -> tuple[float, float]:
    if name in _FOR:
        return _LEAST.get(name, 0.0), np.inf
    return (-np.inf, 0.0) if name in _AGAINST else (-np.inf, np.inf)


def left_out(held: Sequence[Example]) -> dict[str, dict[str, float]]:
    """How many errors, and calm screens, are told right by weights that saw none of their group."""
    rights: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    folds = GroupKFold(FOLDS).split(held, groups=[f"{one.collection} {one.group}" for one in held])
    for fit, judge in folds:
        weights = fitted([held[place] for place in fit])
        for one in (held[place] for place in judge):
            rights[one.collection].append((one.is_error, is_right(one, weights)))
    return {name: _told(pairs) for name, pairs in rights.items()}


def is_right(one: Example, weights: Weights) -> bool:
    said = bool(one.cues) and weights.sureness(one.cues) >= 0.5
    return said == one.is_error


def _told(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    errors, calm = ([right for is_one, right in pairs if is_one is kind] for kind in (True, False))
    return {
        "errors": len(errors),
        "errors_right": round(sum(errors) / max(len(errors), 1), 4),
        "calm": len(calm),
        "calm_right": round(sum(calm) / max(len(calm), 1), 4),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("sets", nargs="+", type=Path)
    asked.add_argument("--kept", type=Path, help="folder to keep what OCR read")
    args = asked.parse_args()
    settings = WorkerSettings()
    shelf = Shelf(build_engines(settings), settings.limits, args.kept)
    held = [one for folder in args.sets for one in examples(folder, shelf)]
    for name, told in left_out(held).items():
        sys.stdout.write(f"{json.dumps({'set': name, **told})}\n")
    weights = fitted(held)
    FILE.write_text(f"{weights.model_dump_json(indent=1)}\n", encoding="utf-8")
    sys.stdout.write(f"{weights.model_dump_json()}\n")


if __name__ == "__main__":
    main()
