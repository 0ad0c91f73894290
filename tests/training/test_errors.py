"""The judge of errors is fitted on what is true, and cues keep their meaning."""

from training.errors.cases import calm, errors
from training.errors.fit import Example, fitted, is_right, left_out


def examples(count: int, *, name: str, is_error: bool, value: float) -> list[Example]:
    cues = {"sign_red": 0.0, "glad": 0.0, "buttons": 0.5, name: value}
    return [Example("drawn", f"{name} {one}", cues, is_error) for one in range(count)]


def test_what_speaks_for_errors_tells_them() -> None:
    held = [
        *examples(20, name="sign_red", is_error=True, value=1.0),
        *examples(30, name="glad", is_error=False, value=1.0),
    ]
    weights = fitted(held)
    assert all(is_right(one, weights) for one in held)
    assert left_out(held)["drawn"]["errors_right"] == 1.0


def test_no_cue_is_turned_round() -> None:
    held = [
        *examples(20, name="sign_red", is_error=False, value=1.0),
        *examples(20, name="glad", is_error=True, value=1.0),
    ]
    weights = fitted(held).weights
    assert weights["sign_red"] > 0
    assert weights["glad"] == 0.0


def test_a_picture_without_text_is_no_error() -> None:
    held = examples(5, name="sign_red", is_error=True, value=1.0)
    calm_ones = examples(5, name="glad", is_error=False, value=1.0)
    empty = Example("drawn", "empty", {}, is_error=False)
    assert is_right(empty, fitted([*held, *calm_ones, empty]))


def test_no_message_stands_in_two_corpora() -> None:
    """What only measures must not have been fitted on."""
    seen = {
        one.message for corpus in ("errors", "unseen") for one in (*errors(corpus), *calm(corpus))
    }
    fresh = {one.message for one in (*errors("fresh"), *calm("fresh"))}
    assert fresh.isdisjoint(seen)
