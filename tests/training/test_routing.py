"""Fitting what tells kinds of pictures apart."""

import numpy as np

from training.routing.examples import Example
from training.routing.fit import example_weights, fit, table_of, unseen
from training.routing.scoring import report_of, shares_of
from vouch.schemas.routing import Kind

TELLING: dict[Kind, str] = {"ui": "labels", "error_screenshot": "alarm", "receipt": "amounts"}


def example(kind: Kind, source: str, noise: float = 0.0) -> Example:
    measured = {name: noise + (TELLING[kind] == name) for name in TELLING.values()}
    return Example(source=source, kind=kind, measured=measured)


SHOWN = [
    example(kind, source, 0.01 * number)
    for source in ("screen/alpha", "screen/beta", "drawn")
    for kind in TELLING
    for number in range(6)
]


def test_examples_of_unseen_sources_are_told_apart() -> None:
    table = table_of(SHOWN)
    report = report_of(shares_of(unseen(table)), table)
    assert report["accuracy"] == 1.0
    assert report["recall"] == dict.fromkeys(TELLING, 1.0)


def test_a_kit_and_what_was_cut_out_of_it_are_left_out_together() -> None:
    whole, part = example("ui", "screen/alpha"), example("ui", "cut-out/alpha")
    assert whole.origin == part.origin
    assert whole.maker != part.maker
    known, unknown = "drawn-errors-7300", "drawn-errors-unseen-7400"
    assert example("error_screenshot", known).origin == example("ui", unknown).origin


def test_a_thousand_pictures_of_one_maker_do_not_outweigh_the_others() -> None:
    many = [example("ui", f"screen/{number % 5}") for number in range(100)]
    few = [example("ui", "drawn-screen") for _ in range(4)]
    weights = example_weights(table_of([*many, *few, example("receipt", "receipts")]))
    assert np.isclose(weights[:100].sum(), 5 * weights[100:104].sum())
    assert np.isclose(weights[:104].sum(), weights[104])


def test_a_fitted_model_knows_what_it_was_shown() -> None:
    fitted = fit(table_of(SHOWN))
    for kind, name in TELLING.items():
        likely = fitted.probabilities({other: float(other == name) for other in TELLING.values()})
        assert max(likely, key=likely.__getitem__) == kind
