"""Measures of how a page looks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.document import Page
from vouch.workers.stages.routing.look import look_of


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_a_page_of_any_size_has_a_look(height: int, width: int, grey: int) -> None:
    look = look_of(
        Page(number=1, width=width, height=height), np.full((height, width, 3), grey, np.uint8)
    )
    assert all(math.isfinite(value) for value in look.measures.values())


@pytest.mark.parametrize("name", ["straight_across", "straight_down"])
def test_a_drawn_line_is_straight_and_noise_is_not(name: str) -> None:
    noise = np.random.default_rng(1).integers(0, 40, (400, 400, 3), np.uint8)
    drawn = noise.copy()
    drawn[200] = 255
    page = Page(number=1, width=400, height=400)

    def measured(image: np.ndarray) -> float:
        turned = image.transpose(1, 0, 2) if name == "straight_down" else image
        return look_of(page, np.ascontiguousarray(turned)).measures[name]

    assert measured(drawn) > measured(noise) == 0.0


def test_red_is_what_signs_of_danger_are_painted_in() -> None:
    page = Page(number=1, width=40, height=40)
    shades = {"red": (200, 40, 40), "brown": (140, 100, 60), "grey": (150, 150, 150)}
    seen = {
        name: look_of(page, np.full((40, 40, 3), shade, np.uint8)).measures["red"]
        for name, shade in shades.items()
    }
    assert seen == {"red": 1.0, "brown": 0.0, "grey": 0.0}
