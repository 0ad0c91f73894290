"""Masks reach to the blanks around the words that they hide, wherever OCR saw them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.geometry import Bbox
from vouch.workers.images import RgbImage
from vouch.workers.stages.redacting.ends import up_to_white

PITCH, LETTER = 10, 7
"""Pixels from one character to the next, and of print in each."""
TOP, HEIGHT = 20, 20
ROW = "curl Bearer ghp_secret' https"
SECRET = (12, 23)
"""First character of the secret's word, and the one behind its last."""


def page(row: str = ROW, *, dark: bool = False) -> RgbImage:
    """A line of blocks, one a character: as in print, paper takes more room than ink."""
    image = np.full((60, PITCH * (len(row) + 4), 3), 20 if dark else 255, np.uint8)
    for place, sign in enumerate(row):
        if sign != " ":
            left = PITCH * (place + 2)
            image[TOP + 5 : TOP + 13, left : left + LETTER] = 200 if dark else 30
    return image


def widened(first: float, last: float, image: RgbImage, **sides: bool) -> tuple[float, float]:
    """Left and right of a mask over these characters, in characters, after it was drawn out."""
    box = Bbox.of((PITCH * (first + 2), TOP, PITCH * (last + 2), TOP + HEIGHT))
    both = {"before": True, "after": True} | sides
    drawn = Bbox.around(up_to_white(box.polygon, image, PITCH, **both))
    return drawn.left / PITCH - 2, drawn.right / PITCH - 2


@pytest.mark.parametrize("dark", [False, True])
@given(late=st.floats(-0.5, 2.4), early=st.floats(-0.5, 2.4))
def test_a_mask_that_is_off_still_hides_the_whole_word(
    late: float, early: float, *, dark: bool
) -> None:
    first, last = SECRET
    left, right = widened(first + late, last - early, page(dark=dark))
    assert left <= first + 0.1
    assert right >= last - 0.4  # a letter ends before the next one would begin


def test_a_mask_that_ends_in_a_blank_stays_as_it_is() -> None:
    first, last = SECRET
    assert widened(first - 0.3, last + 0.3, page()) == pytest.approx((first - 0.3, last + 0.3))


def test_a_mask_inside_a_word_stays_as_it_is() -> None:
    first, last = SECRET
    drawn = widened(first + 2, last - 2, page(), before=False, after=False)
    assert drawn == pytest.approx((first + 2, last - 2))


def test_where_no_blank_is_near_nothing_is_drawn_out() -> None:
    image = page("x" * 40)
    assert widened(15, 25, image) == pytest.approx((15, 25))


def test_paper_without_print_leaves_a_mask_alone() -> None:
    assert widened(3, 6, page(" " * 20)) == pytest.approx((3, 6))


def test_a_mask_at_the_edge_of_the_page_is_no_trouble() -> None:
    assert widened(-2, 4, page())[0] <= -2
