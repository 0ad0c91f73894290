import numpy as np
import pytest

from vouch.evals.calibrate import fit_all
from vouch.evals.fitting import Example, fit, out_of_fold, usable_signals
from vouch.workers.stages.score import probability


def examples(count: int = 300, merchants: int = 20, pattern: str = "/total") -> list[Example]:
    """Values that are right with probability `strength`, plus a signal that means nothing."""
    random = np.random.default_rng(7)
    return [
        Example(
            pattern=pattern,
            group=f"merchant {index % merchants}",
            signals={"strength": strength, "noise": random.uniform(), "constant": 1.0},
            right=bool(random.uniform() < strength),
        )
        for index, strength in enumerate(random.uniform(size=count))
    ]


def test_the_signal_that_matters_gets_the_weight() -> None:
    model = fit(examples(), ["strength", "noise"])
    assert model.weights["strength"] > 5 * abs(model.weights["noise"])


def test_confidence_follows_the_true_probability() -> None:
    model = fit(examples(3000), ["strength", "noise"])
    for strength in (0.3, 0.5, 0.7):
        signals = {"strength": strength, "noise": 0.5}
        assert probability(signals, model) == pytest.approx(strength, abs=0.06)


def test_no_merchant_is_on_both_sides_of_a_fold() -> None:
    found = examples()
    for _, judged in out_of_fold(found, ["strength"]):
        inside = {found[i].group for i in judged}
        outside = {example.group for i, example in enumerate(found) if i not in set(judged)}
        assert not inside & outside


def test_every_example_is_judged_exactly_once() -> None:
    judged = [i for _, fold in out_of_fold(examples(), ["strength"]) for i in fold]
    assert sorted(judged) == list(range(300))


def test_signals_that_never_vary_are_left_out() -> None:
    assert usable_signals(examples()) == ["noise", "strength"]


def test_few_examples_keep_confidence_low() -> None:
    assert fit(examples(60), ["strength"]).ceiling == pytest.approx(0.95)


def test_a_pointer_with_few_examples_is_served_by_the_pooled_model() -> None:
    models, figures = fit_all([*examples(), *examples(10, pattern="/tip")])
    assert set(models) == {"*", "/total"}
    assert figures.keys() == models.keys()
