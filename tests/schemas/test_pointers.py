from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.pointers import pattern_of, pointer_of, steps_of


@given(st.lists(st.text()))
def test_a_pointer_is_read_back_step_by_step(steps: list[str]) -> None:
    assert steps_of(pointer_of(steps)) == tuple(steps)


def test_escaped_names_are_read_back() -> None:
    assert steps_of("/a~1b/c~0d/~01") == ("a/b", "c~d", "~1")


def test_pattern_replaces_indices_only() -> None:
    assert pattern_of("/items/10/price") == "/items/*/price"
    assert pattern_of("/items/3") == "/items/*"
    assert pattern_of("/line2/total") == "/line2/total"
