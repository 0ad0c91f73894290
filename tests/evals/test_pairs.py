from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.pairs import Pair, View, worth
from vouch.schemas.policy import Calibration, ScoringModel
from vouch.workers.stages.score import Calibrations

PRIOR = (1.0, -1.9)
MODEL = ScoringModel(intercept=0.0, weights={"a": 1.0}, means={"a": 0.0}, scales={"a": 1.0})
ONE = Calibration(name="one", version="1", fitted_on="nothing", models={"*": MODEL})
BOTH = Calibrations(ONE, ONE)


def pairs(agreed: list[bool], disagreed: list[bool]) -> list[Pair]:
    view = View("rules", "/total", {"a": 0.0})
    return [
        *(Pair((view,), agree=1.0, disagree=0.0, right=right) for right in agreed),
        *(Pair((view,), agree=0.0, disagree=1.0, right=right) for right in disagreed),
    ]


def test_without_examples_the_prior_stands() -> None:
    assert worth([], BOTH, PRIOR) == PRIOR


def test_what_is_seen_often_outweighs_the_prior() -> None:
    seen = pairs([True] * 990 + [False] * 10, [True] * 100 + [False] * 900)
    agreement, disagreement = worth(seen, BOTH, PRIOR)
    assert agreement > 3.0
    assert -2.4 < disagreement < -2.0


@given(st.lists(st.booleans(), max_size=40), st.lists(st.booleans(), max_size=40))
def test_agreement_never_speaks_against_and_disagreement_never_for(
    agreed: list[bool], disagreed: list[bool]
) -> None:
    agreement, disagreement = worth(pairs(agreed, disagreed), BOTH, PRIOR)
    assert agreement >= 0 >= disagreement


def test_the_surer_reader_gives_the_odds() -> None:
    views = (View("rules", "/total", {"a": -1.0}), View("vlm", "/total", {"a": 2.0}))
    assert Pair(views, 1.0, 0.0, right=True).odds(BOTH) == 2.0
