"""A picture model beside our own classifier."""

import pytest

from vouch.schemas.routing import KINDS, Kind, Look
from vouch.workers.stages.routing.glance import together


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
