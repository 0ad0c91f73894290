"""Calibration metrics: hand-computed examples, and laws that hold for any confidences."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.calibration import (
    accuracy_at_coverage,
    aurc,
    auroc,
    coverage_at_precision,
    ece,
)

scored = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)
FIVE = [(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.2, False)]


def test_ece_weighs_each_bins_gap_by_its_share() -> None:
    # [0, 0.5) holds 0.2, wrong: gap 0.2. [0.5, 1] holds 3.0 of confidence, 3 right: gap 0.
    assert ece(FIVE, bins=2) == pytest.approx((0.2 + 0.0) / 5)


def test_auroc_counts_pairs_in_the_right_order() -> None:
    # Of the 3 × 2 pairs only (0.6 right, 0.7 wrong) is in the wrong order.
    assert auroc(FIVE) == pytest.approx(5 / 6)


def test_aurc_is_the_mean_risk_over_all_coverages() -> None:
    assert aurc(FIVE) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)


def test_accuracy_at_coverage_keeps_the_most_confident() -> None:
    assert accuracy_at_coverage(FIVE, 0.4) == 1.0
    assert accuracy_at_coverage(FIVE, 0.8) == pytest.approx(3 / 4)
    assert accuracy_at_coverage(FIVE, 1.0) == pytest.approx(3 / 5)


def test_coverage_at_precision_is_the_largest_share_one_threshold_can_keep() -> None:
    assert coverage_at_precision(FIVE, 0.99) == pytest.approx(2 / 5)
    assert coverage_at_precision(FIVE, 0.75) == pytest.approx(4 / 5)
    assert coverage_at_precision([(0.9, False)], 0.5) == 0.0


def test_a_threshold_cannot_part_equal_confidences() -> None:
    assert coverage_at_precision([(0.9, True), (0.9, False)], 0.99) == 0.0


def test_nothing_scored_is_undefined() -> None:
    assert (ece([]), auroc([]), aurc([])) == (None, None, None)
    assert auroc([(0.5, True)]) is None


@given(scored)
def test_every_metric_lies_between_0_and_1(pairs: list[tuple[float, bool]]) -> None:
    metrics = [ece(pairs), auroc(pairs), aurc(pairs), accuracy_at_coverage(pairs, 0.8)]
    assert all(0 <= value <= 1 for value in metrics if value is not None)


@given(scored, st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(
    pairs: list[tuple[float, bool]], chance: random.Random
) -> None:
    mixed = chance.sample(pairs, len(pairs))
    assert aurc(mixed) == pytest.approx(aurc(pairs))
    assert accuracy_at_coverage(mixed, 0.5) == pytest.approx(accuracy_at_coverage(pairs, 0.5))
    assert coverage_at_precision(mixed, 0.9) == coverage_at_precision(pairs, 0.9)


@given(scored)
def test_turning_every_value_around_mirrors_auroc(pairs: list[tuple[float, bool]]) -> None:
    straight, turned = auroc(pairs), auroc([(c, not right) for c, right in pairs])
    assert (straight is None) == (turned is None)
    if straight is not None and turned is not None:
        assert straight + turned == pytest.approx(1)


@given(scored, st.floats(0, 1), st.floats(0, 1))
def test_asking_for_more_precision_never_covers_more(
    pairs: list[tuple[float, bool]], one: float, two: float
) -> None:
    loose, strict = sorted([one, two])
    covered = [coverage_at_precision(pairs, bar) for bar in (loose, strict)]
    assert covered[0] is not None
    assert covered[1] is not None
    assert covered[0] >= covered[1]


@given(scored)
def test_confidences_that_are_the_truth_are_perfect(pairs: list[tuple[float, bool]]) -> None:
    perfect = [(float(right), right) for _, right in pairs]
    assert ece(perfect) == 0
    assert auroc(perfect) in (None, 1.0)
