import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.errors import UnreadableDocument
from vouch.workers.images import from_png, to_png


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_pixels_survive_the_way_exactly(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    assert np.array_equal(from_png(to_png(image)), image)


@pytest.mark.parametrize(
    "picture", [b"", b"no picture", to_png(np.zeros((9, 9, 3), np.uint8))[:40]]
)
def test_a_damaged_picture_is_an_error_of_ours(picture: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        from_png(picture)
