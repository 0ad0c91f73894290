"""Two readers of one field: what becomes of it, and that agreement never speaks against a value."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.workers.stages.documents import candidate, certain, page_of, quality, rules, vlm
from vouch.schemas.draft import Candidate, Draft
from vouch.schemas.grounding import GroundedField, ScoredField
from vouch.schemas.policy import Calibration, ScoringModel
from vouch.workers.judgements import judgement
from vouch.workers.stages.decide import is_accepted
from vouch.workers.stages.fuse import fuse
from vouch.workers.stages.ground import ground
from vouch.workers.stages.score import Calibrations, alone, score

PAGE = page_of("TOTAL 12.00", "CASH 20.00", "TOTAL RM12.00", "CHANGE 8.00")
QUALITIES = {1: quality()}
RELEASED = judgement("receipt").calibrations


def fused(
    ours: Draft, theirs: Draft, calibrations: Calibrations = RELEASED
) -> tuple[GroundedField, ...]:
    return fuse(
        ground(ours, [PAGE]),
        ground(theirs, [PAGE]),
        [PAGE],
        lambda field, _: alone(field, None, QUALITIES, calibrations),
    )


def total(
    ours: list[Candidate], theirs: list[Candidate], calibrations: Calibrations = RELEASED
) -> ScoredField:
    draft = (rules(total=ours), vlm(total=theirs))
    (scored,) = score(fused(*draft, calibrations), [], QUALITIES, calibrations)
    return scored


OURS = candidate("12.00", at=[1], score=0.95)
SAME = certain(candidate("12.0", "RM12.00", at=[5]))
OTHER = certain(candidate("20.00", at=[3]), 0.8)


def test_what_both_say_is_one_candidate_that_keeps_what_both_know() -> None:
    field = total([OURS], [SAME]).field
    (both,) = field.candidates
    assert both.signals["agree"] == 1.0
    assert both.seconded is not None
    assert (both.reader, both.seconded.reader) == ("rules", "vlm")
    assert both.tokens != both.seconded.tokens
    assert both.seconded.certainty == SAME.certainty


def test_where_they_differ_both_stand_there_and_are_marked() -> None:
    field = total([OURS], [OTHER]).field
    assert {one.reader for one in field.candidates} == {"rules", "vlm"}
    assert all(one.signals["disagree"] == 1.0 for one in field.candidates)


def test_the_more_credible_reader_leads() -> None:
    doubtful = candidate("12.00", at=[1], score=0.02)
    assert total([OURS], [OTHER]).field.best.reader == "rules"
    assert total([doubtful], [OTHER]).field.best.reader == "vlm"


def test_a_printed_value_leads_one_that_the_model_made_of_something_else() -> None:
    made_up = certain(candidate("120.00", "12.00", at=[1]))
    doubtful = candidate("20.00", at=[3], score=0.01)
    field = total([doubtful], [made_up]).field
    assert [one.status for one in field.candidates] == ["grounded", "inferred"]


def test_a_model_that_sides_with_the_runner_up_contests_the_first() -> None:
    runner_up = candidate("20.00", at=[3], score=0.1)
    field = total([OURS, runner_up], [OTHER]).field
    first, second = field.candidates
    assert (first.value, second.value) == ("12.00", "20.00")
    assert second.seconded is not None
    assert first.signals["disagree"] == 1.0


def test_each_field_of_only_one_reader_stays_as_it_was() -> None:
    fields = fused(rules(total=[OURS]), vlm(tip=[candidate("8.00", at=[7])]))
    assert [(field.pointer, field.best.reader) for field in fields] == [
        ("/total", "rules"),
        ("/tip", "vlm"),
    ]
    assert not any(field.best.signals.keys() & {"agree", "disagree"} for field in fields)


def test_without_a_model_nothing_changes() -> None:
    draft = rules(total=[OURS, candidate("20.00", at=[3])], date=[candidate("12.00", at=[1])])
    assert fused(draft, vlm()) == ground(draft, [PAGE])


def test_a_claim_that_is_nowhere_on_the_page_neither_helps_nor_hurts() -> None:
    invented = total([OURS], [candidate("99.00")])
    assert invented.confidence == total([OURS], []).confidence
    assert len(invented.field.candidates) == 2


def test_an_agreement_at_second_thought_counts_half() -> None:
    changed = SAME.model_copy(update={"signals": {"reread": 1.0, "changed_mind": 1.0}})
    assert total([OURS], [changed]).field.best.signals["agree"] == 0.5


@pytest.mark.parametrize("value", ["MYR", "13.00"])
def test_an_inferred_value_is_never_accepted(value: str) -> None:
    scored = total([], [certain(candidate(value, "RM12.00", at=[5]))])
    assert scored.field.best.status == "inferred"
    assert not is_accepted(scored, 0.0)


def test_nobody_is_accepted_by_default_on_the_word_of_an_unmeasured_model() -> None:
    sure = total([], [certain(candidate("12.00", at=[1], reread=1.0), 0.9999)])
    assert not is_accepted(sure, judgement("default").policy.target_precision)


probabilities = st.floats(0.01, 0.9999)
scores = st.floats(0.0, 1.0)
models = st.builds(
    lambda intercept, weight, ceiling: ScoringModel(
        intercept=intercept,
        weights={"reader_logit": weight, "vlm_mean_logprob": weight, "margin": weight},
        means={"reader_logit": 0.0, "vlm_mean_logprob": -0.5, "margin": 0.5},
        scales={"reader_logit": 1.0, "vlm_mean_logprob": 1.0, "margin": 1.0},
        ceiling=ceiling,
    ),
    st.floats(-3, 3),
    st.floats(-2, 2),
    st.floats(0.5, 0.995),
)


@st.composite
def any_calibrations(draw: st.DrawFn) -> Calibrations:
    """Any two models with any worth of a second reader that the contract allows."""
    ours, theirs = draw(models), draw(models)
    named = {"name": "any", "version": "1", "fitted_on": "nothing"}
    return Calibrations(
        rules=Calibration(**named, models={"*": ours}),
        vlm=Calibration(
            **named,
            models={"*": theirs},
            agreement=draw(st.floats(0, 5)),
            disagreement=draw(st.floats(-5, 0)),
        ),
    )


@given(any_calibrations(), scores, scores, probabilities)
def test_agreement_never_lowers_confidence(
    calibrations: Calibrations, ours: float, runner_up: float, theirs: float
) -> None:
    own = [candidate("12.00", at=[1], score=ours), candidate("20.00", at=[3], score=runner_up)]
    seen = [certain(candidate("12.00", at=[5]), theirs)]
    both = total(own, seen, calibrations).confidence
    assert both >= total(own, [], calibrations).confidence
    assert both >= total([], seen, calibrations).confidence


@given(any_calibrations(), scores, scores, probabilities)
def test_disagreement_never_raises_it(
    calibrations: Calibrations, ours: float, runner_up: float, theirs: float
) -> None:
    own = [candidate("12.00", at=[1], score=ours), candidate("20.00", at=[3], score=runner_up)]
    seen = [certain(candidate("20.00", at=[3]), theirs)]
    contested = total(own, seen, calibrations)
    winner = contested.field.best.reader
    by_itself = total(own, [], calibrations) if winner == "rules" else total([], seen, calibrations)
    assert contested.field.best.value == by_itself.field.best.value
    assert contested.confidence <= by_itself.confidence


@given(any_calibrations(), scores, probabilities)
def test_a_contested_value_is_no_surer_than_a_common_one(
    calibrations: Calibrations, ours: float, theirs: float
) -> None:
    own = [candidate("12.00", at=[1], score=ours)]
    common = total(own, [certain(candidate("12.00", at=[5]), theirs)], calibrations)
    contested = total(own, [certain(candidate("20.00", at=[3]), theirs)], calibrations)
    assume(contested.field.best.reader == "rules")
    assert contested.confidence <= common.confidence


values = st.sampled_from(["12.00", "20.00", "8.00", "99.00"])
found = st.lists(st.builds(candidate, values, score=scores), min_size=1, max_size=4)


@given(found, found)
def test_no_value_of_either_reader_is_lost(ours: list[Candidate], theirs: list[Candidate]) -> None:
    field = total(ours, theirs).field
    offered = {one.value for one in (*ours, *theirs)}
    assert {one.value for one in field.candidates} == offered
    for reader, own in (("rules", ours), ("vlm", theirs)):
        kept = {
            one.value
            for candidate in field.candidates
            for one in (candidate, candidate.seconded)
            if one is not None and one.reader == reader
        }
        assert kept == {one.value for one in own}
