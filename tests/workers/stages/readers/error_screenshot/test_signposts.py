"""What a screen puts forward without a word of trouble: signs, colours, buttons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.rules.printed import printed_page
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Hue, Mark, PageLayout
from vouch.workers.stages.readers.error_screenshot.cues import cues_of
from vouch.workers.stages.readers.error_screenshot.judging import Weights, released
from vouch.workers.stages.readers.error_screenshot.reading import read_error_screenshot
from vouch.workers.stages.readers.error_screenshot.scene import read_scene

CALM = """
Night Train


        The third carriage smells of geese.
        They all have tickets.


                              OK
"""


def with_marks(text: str, *marks: Mark) -> PageLayout:
    return printed_page(text).model_copy(update={"marks": marks})


def before(layout: PageLayout, word: str, hue: Hue) -> Mark:
    """A sign at the left of a word."""
    box = next(one.bbox for one in layout.tokens.tokens if one.text == word)
    left = box.left - 2.5 * box.height
    side = 1.5 * box.height
    sign = Bbox(left=left, top=box.top, right=left + side, bottom=box.top + side)
    return Mark(kind="sign", hue=hue, bbox=sign)


def read(layout: PageLayout) -> dict[str, str]:
    found = read_error_screenshot([layout]).candidates
    return {pointer: made[0].value for pointer, made in found.items()}


def test_a_red_sign_makes_calm_words_an_error() -> None:
    plain = printed_page(CALM)
    assert read(plain)["/is_error"] == "false"
    found = read(with_marks(CALM, before(plain, "The", "red")))
    assert found["/is_error"] == "true"
    assert found["/title"] == "Night Train"
    assert found["/message"] == "The third carriage smells of geese. They all have tickets."
    assert found["/buttons/0"] == "OK"


def test_a_green_sign_does_not() -> None:
    plain = printed_page(CALM)
    assert read(with_marks(CALM, before(plain, "The", "green")))["/is_error"] == "false"


def test_a_sign_behind_the_words_closes_a_window() -> None:
    plain = printed_page(CALM)
    box = next(one.bbox for one in plain.tokens.tokens if one.text == "geese.")
    cross = Bbox(left=box.right + 60, top=box.top, right=box.right + 80, bottom=box.bottom)
    mark = Mark(kind="sign", hue="red", bbox=cross)
    assert read(with_marks(CALM, mark))["/is_error"] == "false"


FORM = """
Name
Ada Novak

Town
Riga

Has five letters, as towns go.



Street                 Country
Brīvības 12            Latvia
"""


def test_red_letters_beside_a_field_are_an_inline_message() -> None:
    plain = printed_page(FORM)
    line = next(one.bbox for one in plain.lines if one.text.startswith("Has"))
    red = Mark(kind="ink", hue="red", bbox=line)
    found = read(with_marks(FORM, red))
    assert found["/kind"] == "inline"
    assert found["/message"] == "Has five letters, as towns go."
    assert "/title" not in found


@pytest.mark.parametrize("text", ["Delete the carriage?", "Möchten Sie den Wagen löschen?"])
def test_a_question_with_answers_is_calm(text: str) -> None:
    layout = printed_page(f"Night Train\n\n\n        {text}\n\n\n         Yes      No\n")
    assert read(layout)["/is_error"] == "false"


def test_the_released_weights_know_every_cue() -> None:
    layout = printed_page(CALM)
    scene = read_scene([layout])
    assert scene is not None
    assert released().weights.keys() == cues_of(scene, [layout]).keys()


@given(st.dictionaries(st.sampled_from("abc"), st.floats(-9, 9)), st.floats(-9, 9))
def test_sureness_is_a_probability_that_grows_with_what_speaks_for_it(
    weights: dict[str, float], intercept: float
) -> None:
    judge = Weights(fitted_on="", intercept=intercept, weights=weights)
    bare = judge.sureness(dict.fromkeys("abc", 0.0))
    for name, weight in weights.items():
        said = judge.sureness({**dict.fromkeys("abc", 0.0), name: 1.0})
        assert 0 <= said <= 1
        assert (said >= bare) if weight >= 0 else (said <= bare)
