"""A picture model beside our own classifier, and pages that look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.routing import KINDS, Kind, Look
from vouch.workers.stages.routing.glance import similar, together

VECTORS = st.lists(st.floats(-5, 5), min_size=3, max_size=3)


def shares(kind: Kind, share: float) -> dict[Kind, float]:
    rest = (1 - share) / (len(KINDS) - 1)
    return {one: share if one == kind else rest for one in KINDS}


def test_without_a_model_our_own_judgement_stands() -> None:
    own = shares("receipt", 0.8)
    assert together(own, None) == own
    assert together(own, Look(measures={})) == own


def test_who_is_surer_leads_and_agreement_keeps_the_kind() -> None:
    own = shares("receipt", 0.4)
    both = together(own, Look(measures={}, kinds=shares("invoice", 0.9)))
    assert max(both, key=both.__getitem__) == "invoice"
    assert sum(both.values()) == pytest.approx(1.0)


@given(VECTORS, st.lists(VECTORS, min_size=1, max_size=6))
def test_the_most_alike_comes_first(wanted: list[float], others: list[list[float]]) -> None:
    found = similar(wanted, others)
    assert sorted(place for place, _ in found) == list(range(len(others)))
    cosines = [cosine for _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
    assert all(-1 <= cosine <= 1 for cosine in cosines)


def test_a_page_is_most_like_itself() -> None:
    assert similar((1.0, 0.0), [(0.0, 1.0), (2.0, 0.0), (1.0, 1.0)])[0] == (1, 1.0)
