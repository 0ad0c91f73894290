"""Coloured signs, letters and grounds of a screen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Hue, Token
from vouch.workers.stages.marks import marks_of

WIDTH, HEIGHT = 320, 120
WORDS = Bbox(left=80, top=40, right=260, bottom=56)
COLOURS: dict[Hue, tuple[int, int, int]] = {
    "red": (211, 47, 47),
    "amber": (249, 168, 37),
    "green": (47, 158, 88),
    "blue": (47, 123, 214),
}


def words(box: Bbox = WORDS, text: str = "Something") -> Token:
    return Token(text=text, polygon=box.polygon, score=0.98, run=0)


def screen(ground: tuple[int, int, int] = (255, 255, 255)) -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), ground)


def marks(picture: Image.Image, *tokens: Token) -> set[tuple[str, str]]:
    found = marks_of(np.asarray(picture), tokens or (words(),))
    return {(mark.kind, mark.hue) for mark in found}


@pytest.mark.parametrize("hue", COLOURS)
def test_a_disc_is_a_sign(hue: Hue) -> None:
    picture = screen()
    ImageDraw.Draw(picture).ellipse((30, 34, 58, 62), fill=COLOURS[hue])
    assert marks(picture) == {("sign", hue)}


def test_a_word_in_a_box_is_no_sign() -> None:
    """A red button beside others."""
    picture = screen()
    ImageDraw.Draw(picture).rectangle((30, 34, 66, 58), fill=COLOURS["red"])
    label = words(Bbox(left=34, top=38, right=62, bottom=54), "Stop")
    assert ("sign", "red") not in marks(picture, words(), label)


def test_a_column_of_checkboxes_is_no_sign() -> None:
    picture = screen()
    for top in (20, 60):
        ImageDraw.Draw(picture).rectangle((40, top, 56, top + 16), fill=COLOURS["red"])
    assert marks(picture) == set()


def test_a_logo_of_several_colours_is_no_sign() -> None:
    picture = screen()
    pen = ImageDraw.Draw(picture)
    for column, hue in enumerate(COLOURS):
        pen.rectangle((20 + 16 * column, 20, 33 + 16 * column, 33), fill=COLOURS[hue])
    assert marks(picture) == set()


@pytest.mark.parametrize(
    ("ground", "found"),
    [
        ((253, 231, 231), {("ground", "red")}),
        ((255, 243, 209), {("ground", "amber")}),
        ((245, 246, 247), set()),
        ((30, 31, 34), set()),
    ],
)
def test_only_a_tinted_ground_is_told(
    ground: tuple[int, int, int], found: set[tuple[str, str]]
) -> None:
    picture = screen(ground)
    ImageDraw.Draw(picture).rectangle((90, 44, 200, 52), fill=(128, 128, 128))
    assert marks(picture) == found


def test_letters_in_red_are_told() -> None:
    picture = screen()
    for left in range(84, 256, 12):
        ImageDraw.Draw(picture).rectangle((left, 42, left + 3, 54), fill=(190, 30, 30))
    assert marks(picture) == {("ink", "red")}


def test_nothing_is_told_of_a_page_without_words() -> None:
    assert marks_of(np.asarray(screen((211, 47, 47))), ()) == ()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 300),
            st.integers(0, 110),
            st.integers(1, 60),
            st.sampled_from(list(COLOURS.values())),
        ),
        max_size=6,
    ),
    st.tuples(st.integers(-20, WIDTH), st.integers(-20, HEIGHT)),
)
def test_marks_lie_on_the_page(
    spots: list[tuple[int, int, int, tuple[int, int, int]]], at: tuple[int, int]
) -> None:
    """Wherever words stand, even partly outside."""
    picture = screen()
    for left, top, size, colour in spots:
        ImageDraw.Draw(picture).rectangle((left, top, left + size, top + size), fill=colour)
    box = Bbox(left=at[0], top=at[1], right=at[0] + 40, bottom=at[1] + 14)
    page = Bbox(left=0, top=0, right=WIDTH, bottom=HEIGHT)
    for mark in marks_of(np.asarray(picture), (words(), words(box))):
        assert mark.kind != "sign" or mark.bbox.containment(page) == 1
