"""Which pages a caller wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.page_range import page_ranges


@given(st.lists(st.tuples(st.integers(1, 999_999), st.integers(0, 50)), min_size=1, max_size=5))
def test_stretches_are_read_as_they_are_written(stretches: list[tuple[int, int]]) -> None:
    ends = [(first, min(first + length, 999_999)) for first, length in stretches]
    text = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ends)
    assert page_ranges(text) == tuple(ends)


def test_a_stretch_without_an_end_goes_on() -> None:
    assert page_ranges("1-3,7-") == ((1, 3), (7, None))


@pytest.mark.parametrize("text", ["", "0", "3-1", "a", "1,,2", "-3", "1.5", "٣", "1-2-3", "9" * 9])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        page_ranges(text)
