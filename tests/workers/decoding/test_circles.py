from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.decoding.circles import goes_in_circles
from vouch.workers.decoding.limits import DecodeLimits

LIMITS = DecodeLimits(longest_period=8, repeats=4, least_looped=12)


@given(
    before=st.lists(st.integers(0, 50), max_size=20),
    run=st.lists(st.integers(0, 50), min_size=1, max_size=8),
)
def test_a_run_that_repeats_is_found(before: list[int], run: list[int]) -> None:
    assert goes_in_circles(before + run * 12, LIMITS)


@given(st.lists(st.integers(0, 50), max_size=100, unique=True))
def test_what_never_repeats_is_no_circle(choices: list[int]) -> None:
    assert not goes_in_circles(choices, LIMITS)


def test_a_few_repeats_are_no_circle() -> None:
    assert not goes_in_circles([7] * 11, LIMITS)
    assert goes_in_circles([7] * 12, LIMITS)
    assert not goes_in_circles([1, 2, 3, 4, 5, 6, 7, 8] * 3, LIMITS)


def test_alike_items_of_a_receipt_pass() -> None:
    """Ten equal items choose line, text and amount; only the line differs."""
    chosen = [token for item in range(10) for token in (1, 100 + item, 2, 3, 4, 5, 6)]
    assert not goes_in_circles(chosen, DecodeLimits())
