import numpy as np
import pytest

from vouch.evals.fitting import Example, fit, fit_all, usable_signals
from vouch.workers.stages.score import probability


def examples(count: int = 300, pattern: str = "/total") -> list[Example]:
    """Values that are right with probability `strength`, plus a signal that means nothing."""
    random = np.random.default_rng(7)
    return [
        Example(
            pattern=pattern,
            signals={"strength": strength, "noise": random.uniform(), "constant": 1.0},
            right=bool(random.uniform() < strength),
        )
        for strength in random.uniform(size=count)
    ]


def test_the_signal_that_matters_gets_the_weight() -> None:
    model = fit(examples(), ["strength", "noise"])
    assert model.weights["strength"] > 5 * abs(model.weights["noise"])


def test_confidence_follows_the_true_probability() -> None:
    model = fit(examples(3000), ["strength", "noise"])
    for strength in (0.3, 0.5, 0.7):
        signals = {"strength": strength, "noise": 0.5}
        assert probability(signals, model) == pytest.approx(strength, abs=0.06)


def test_signals_that_never_vary_are_left_out() -> None:
    assert usable_signals(examples()) == ["noise", "strength"]


def test_few_examples_keep_confidence_low() -> None:
    assert fit(examples(60), ["strength"]).ceiling == pytest.approx(0.95)


def test_a_pointer_with_few_examples_is_served_by_the_pooled_model() -> None:
    assert set(fit_all([*examples(), *examples(10, pattern="/tip")])) == {"*", "/total"}
