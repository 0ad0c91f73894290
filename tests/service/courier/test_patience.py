from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from vouch.schemas.webhook import Delivery
from vouch.service.courier.patience import Patience


def tried(attempt: int, status: int | None = 500) -> Delivery:
    return Delivery(
        webhook_id="msg",
        attempt=attempt,
        at=datetime.now(UTC),
        seconds=0,
        status_code=status,
        error=None if status else "timeout",
    )


@given(integers(1, 7))
def test_pauses_grow_fourfold_up_to_the_longest(attempt: int) -> None:
    patience = Patience(first_pause=5, longest_pause=1000)
    pause = patience.pause(tried(attempt))
    assert pause is not None
    assert 0 <= pause <= min(1000, 5 * 4 ** (attempt - 1))


def test_pauses_are_spread_over_all_that_they_may_be() -> None:
    pauses = [Patience(first_pause=100).pause(tried(1)) or 0 for _ in range(200)]
    assert min(pauses) < 20
    assert max(pauses) > 80


def test_all_attempts_fit_into_the_day_that_a_job_is_kept() -> None:
    patience = Patience()
    most = sum(
        min(patience.longest_pause, patience.first_pause * 4 ** (attempt - 1))
        for attempt in range(1, patience.attempts)
    )
    assert most < 24 * 3600


@pytest.mark.parametrize("status", [200, 204, 299, 410])
def test_what_was_taken_or_is_gone_is_not_tried_again(status: int) -> None:
    assert Patience().pause(tried(1, status)) is None


@pytest.mark.parametrize("status", [None, 301, 400, 404, 429, 503])
def test_everything_else_is_tried_again_until_the_last_attempt(status: int | None) -> None:
    assert Patience().pause(tried(7, status)) is not None
    assert Patience().pause(tried(8, status)) is None
    assert Patience().pause(tried(20, status)) is None
