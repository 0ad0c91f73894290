import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.documents import candidate, certain, page_of, quality, rules, vlm
from vouch.evals.fitting import AGAINST, FOR
from vouch.schemas.document import Issue
from vouch.schemas.policy import Calibration, ScoringModel
from vouch.workers.judgements import judgement
from vouch.workers.stages.ground import ground
from vouch.workers.stages.score import Calibrations, probability, score, signals_of

shares = st.floats(min_value=0, max_value=1)
MODEL = ScoringModel(
    intercept=0.5, weights={"a": 2.0, "b": -1.0}, means={"a": 0.5, "b": 0.5},
    scales={"a": 0.25, "b": 0.5}, ceiling=0.97,
)  # fmt: skip


@given(shares, shares, shares)
def test_more_of_a_good_signal_never_lowers_confidence(low: float, high: float, b: float) -> None:
    low, high = sorted((low, high))
    assert probability({"a": low, "b": b}, MODEL) <= probability({"a": high, "b": b}, MODEL)


@given(st.dictionaries(st.sampled_from("abc"), st.floats(-1e6, 1e6)))
def test_confidence_is_a_probability_below_the_ceiling(signals: dict[str, float]) -> None:
    assert 0.0 <= probability(signals, MODEL) <= MODEL.ceiling


def test_a_signal_that_is_missing_counts_for_nothing() -> None:
    assert probability({}, MODEL) == pytest.approx(probability({"a": 0.5, "b": 0.5}, MODEL))


def test_known_logit() -> None:
    assert probability({"a": 0.25, "b": 0.5}, MODEL) == pytest.approx(0.18242552)


def calibrations(weights: dict[str, float]) -> Calibrations:
    model = ScoringModel(
        intercept=0.0,
        weights=weights,
        means=dict.fromkeys(weights, 0.0),
        scales=dict.fromkeys(weights, 1.0),
    )
    one = Calibration(name="test", version="1", fitted_on="nothing", models={"*": model})
    return Calibrations(rules=one, vlm=one)


def test_a_close_rival_lowers_confidence() -> None:
    page = page_of("TOTAL 12.00", "CASH 20.00")
    first, rival = candidate("12.00", at=[1], score=0.9), candidate("20.00", at=[3], score=0.8)
    margin = calibrations({"margin": 3.0})
    (alone,) = score(ground(rules(total=[first]), [page]), [], {1: quality()}, margin)
    (contested,) = score(ground(rules(total=[first, rival]), [page]), [], {1: quality()}, margin)
    assert contested.confidence < alone.confidence


def test_the_page_that_the_value_stands_on_gives_its_quality() -> None:
    pages = [page_of("TOTAL 12.00"), page_of("COPY", number=2)]
    blurred = quality(issues=(Issue(code="blurred", severity=0.7),))
    fields = ground(rules(total=[candidate("12.00", at=[1])]), pages)
    (scored,) = score(fields, [], {1: quality(), 2: blurred}, calibrations({}))
    assert scored.quality == 1.0


@pytest.mark.parametrize(("log_feasible", "told"), [(-0.25, -0.25), (None, None)])
def test_what_nobody_measured_is_no_signal(log_feasible: float | None, told: float | None) -> None:
    sure = certain(candidate("12.00", at=[1]))
    assert sure.certainty is not None
    certainty = sure.certainty.model_copy(update={"log_feasible": log_feasible})
    offered = sure.model_copy(update={"certainty": certainty})
    (field,) = ground(vlm(total=[offered]), [page_of("TOTAL 12.00")])
    signals = signals_of(field, None, 1.0, None)
    assert signals.get("vlm_feasible") == told
    assert "vlm_margin" in signals


def test_no_signal_of_the_released_calibration_speaks_the_wrong_way() -> None:
    for model in judgement("receipt").calibration.models.values():
        assert all(model.weights[name] >= 0 for name in FOR & model.weights.keys())
        assert all(model.weights[name] <= 0 for name in AGAINST & model.weights.keys())


def test_released_calibration_serves_every_pointer() -> None:
    assert "*" in judgement("receipt").calibration.models
