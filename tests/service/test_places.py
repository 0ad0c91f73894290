"""Who may do how much at once."""

from contextlib import ExitStack

import pytest

from vouch.schemas.errors import ServiceBusy
from vouch.service.places import Places


def test_a_tenant_has_eight_places_and_leaves_the_others_theirs() -> None:
    places = Places(8, 32, "documents are being fetched")
    with ExitStack() as fetches:
        for _ in range(8):
            fetches.enter_context(places.taken("acme"))
        with pytest.raises(ServiceBusy), places.taken("acme"):
            pass
        with places.taken("other"):
            pass
    with places.taken("acme"):
        pass


def test_all_together_have_thirty_two() -> None:
    places = Places(8, 32, "documents are being fetched")
    with ExitStack() as fetches:
        for number in range(32):
            fetches.enter_context(places.taken(f"tenant{number}"))
        with pytest.raises(ServiceBusy), places.taken("late"):
            pass
    with places.taken("late"):
        pass
