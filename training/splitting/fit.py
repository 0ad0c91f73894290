"""Fits what tells the documents of one file apart: `make fit-splitting ARGS="DATASET…"`.

Documents are put into files at random, a third of the files of one shop or vendor, long receipts
cut into pages. A line for each set, told apart by weights that were fitted on the other sets of its
schema, or, where there is no other, on half of its documents and judged on the rest; then, as the
last line, the weights of `boundaries.WEIGHTS`, fitted on all.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.splitting.score import counted
from vouch.evals.compare import fold, merchant_of
from vouch.evals.kept import Shelf
from vouch.evals.labels import LabelledDocument, alternatives, load_dataset
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import build_engines
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.apart import within
from vouch.workers.stages.boundaries import Marks, begins, marks_of, signals

Weights = Mapping[str, float]
Floats = NDArray[np.float64]
FILES = 600
"""Put together for fitting, of each set."""
JUDGED = 300
_PENALTY = 3.0
"""Half of this times the squared weights is added to the log loss."""
_OF_ONE = 0.35
"""Share of files whose documents are all of one shop or vendor."""
_CUT = 0.3
"""Share of long receipts that are cut into pages."""
_LONG = 24
"""Lines from which on a receipt is long."""


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled document as pages, whole and cut, each with what it says of its own."""

    vendor: str | None
    number: str | None
    ways: tuple[tuple[Marks, ...], ...]
    """The document as it is; of a long receipt also cut into two and three pages."""


def documents(folder: Path, shelf: Shelf) -> tuple[str, list[Document]]:
    """The schema of a set, and its documents as their pages are read."""
    dataset = load_dataset(folder)
    schema = dataset.documents[0].schema_name
    options = Options(schema_name=schema, readers="rules")
    return schema, [
        _document(labels, shelf.kept(folder / labels.file, options)[0].perception.layouts, options)
        for labels in dataset.documents
    ]


def _document(
    labels: LabelledDocument, layouts: Sequence[PageLayout], options: Options
) -> Document:
    ways = [layouts]
    if options.schema_name == "receipt" and len(layouts[0].lines) > _LONG:
        ways += [list(_cut(layouts[0], count)) for count in (2, 3)]
    numbers = alternatives(labels.expected.get("/number"))
    return Document(
        vendor=merchant_of(labels),
        number=fold(numbers[0]) if numbers else None,
        ways=tuple(tuple(marks_of(page, options) for page in way) for way in ways),
    )


def _cut(layout: PageLayout, count: int) -> Iterator[PageLayout]:
    """A page in pieces, as if it had been photographed so."""
    for number in range(count):
        start, stop = (len(layout.lines) * place // count for place in (number, number + 1))
        words = {index for line in layout.lines[start:stop] for index in line.tokens}
        yield within(layout, tuple(sorted(words)))


def files(
    held: Sequence[Document], count: int, seed: int
) -> Iterator[tuple[list[Marks], set[int]]]:
    """Pages of files of two to six documents, and where each document begins."""
    rng = random.Random(seed)
    for _ in range(count):
        pages: list[Marks] = []
        starts: set[int] = set()
        for document in _chosen(held, rng):
            starts.add(len(pages))
            whole, *cut = document.ways
            pages += rng.choice(cut) if cut and rng.random() < _CUT else whole
        yield pages, starts


def _chosen(held: Sequence[Document], rng: random.Random) -> Iterator[Document]:
    """Samples of vendors print one number on many invoices: no file holds a number twice."""
    pool = held
    if rng.random() < _OF_ONE:
        vendor = rng.choice(held).vendor
        own = [one for one in held if vendor and one.vendor == vendor]
        pool = own if len(own) > 1 else held
    used: set[str] = set()
    for document in rng.sample(pool, min(len(pool), rng.randint(2, 6))):
        if document.number is None or document.number not in used:
            used |= {document.number} if document.number else set()
            yield document


def fitted(held: Sequence[Document], count: int, seed: int) -> Weights:
    """Log-odds of each signal, by logistic regression. What a signal means is not turned round."""
    seen = [
        (signals(pages[place], pages[_start(starts, place) : place]), place in starts)
        for pages, starts in files(held, count, seed)
        for place in range(1, len(pages))
    ]
    names = list(seen[0][0])
    rows = np.array([[said[name] for name in names] for said, _ in seen])
    signs = np.array([1.0 if is_first else -1.0 for _, is_first in seen])

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = signs * (rows @ weights)
        slope = -(signs / (1 + np.exp(odds))) @ rows + _PENALTY * weights
        return np.logaddexp(0, -odds).sum() + _PENALTY * weights @ weights / 2, slope

    bounds = [_bounds(name) for name in names]
    first = [min(max(0.0, low), high) for low, high in bounds]
    found = minimize(loss, first, jac=True, bounds=bounds, method="L-BFGS-B").x
    rounded = zip(names, (round(float(weight), 1) for weight in found), strict=True)
    return {name: weight for name, weight in rounded if weight}


def _start(starts: set[int], place: int) -> int:
    """Where the document of the page before a place begins."""
    return max(one for one in starts if one < place)


def _bounds(name: str) -> tuple[float, float]:
    """What is the same never speaks for another document, what differs never against it."""
    least = {"number_same": -2.0, "repeated": -1.5, "total_same": -1.0}
    if name in least:
        return -np.inf, least[name]
    if name == "opens":
        return 2.0, np.inf
    if name.endswith("_same"):
        return -np.inf, 0.0
    if name.endswith("_other") or name == "ended":
        return 0.0, np.inf
    return -np.inf, np.inf


def judged(held: Sequence[Document], weights: Weights, seed: int) -> dict[str, float]:
    """How well files of these documents are taken apart by these weights."""
    return counted(
        (_found(pages, weights), starts) for pages, starts in files(held, JUDGED, seed)
    ).numbers()


def _found(pages: Sequence[Marks], weights: Weights) -> set[int]:
    starts = [0]
    for place in range(1, len(pages)):
        if begins(pages[place], pages[starts[-1] : place], weights):
            starts.append(place)
    return set(starts)


def left_out(sets: Mapping[str, list[Document]], name: str) -> dict[str, float]:
    """A set, taken apart by weights that never saw what they are judged on."""
    others = [one for other, held in sets.items() if other != name for one in held]
    if others:
        return judged(sets[name], fitted(others, FILES, 1), 5)
    held = list(sets[name])
    random.Random(0).shuffle(held)
    half = len(held) // 2
    return judged(held[half:], fitted(held[:half], FILES, 1), 5)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("datasets", nargs="+", type=Path)
    asked.add_argument("--reuse", type=Path, help="folder of `vouch eval --reuse`")
    args = asked.parse_args()
    settings = WorkerSettings()
    shelf = Shelf(build_engines(settings), settings.limits, args.reuse)
    schemas: dict[str, dict[str, list[Document]]] = {}
    for folder in args.datasets:
        schema, held = documents(folder, shelf)
        schemas.setdefault(schema, {})[folder.resolve().name] = held
    weights: dict[str, Weights] = {}
    for schema, sets in schemas.items():
        for name in sets:
            sys.stdout.write(json.dumps({"left_out": name, **left_out(sets, name)}) + "\n")
        everything = [one for held in sets.values() for one in held]
        weights[schema] = fitted(everything, FILES * len(sets), 1)
    sys.stdout.write(json.dumps(weights) + "\n")


if __name__ == "__main__":
    main()
