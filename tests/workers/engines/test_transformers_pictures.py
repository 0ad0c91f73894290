"""Pictures within budgets: laws for all sizes, and what families' own processors make of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoConfig

from tests.workers.questions import question
from vouch.workers.engines.pictures import LEAST_SIDE, MOST_ASPECT, bounded
from vouch.workers.engines.transformers_loading import load_processor
from vouch.workers.engines.transformers_pictures import shown, tiling
from vouch.workers.images import RgbImage

sides = st.integers(1, 1500)
budgets = st.integers(LEAST_SIDE**2 * MOST_ASPECT, 400_000)
"""From where on a strip of the least height fits in."""


_TILE = 56 * 56


def blank(height: int, width: int) -> RgbImage:
    return np.zeros((height, width, 3), np.uint8)


@settings(deadline=None)
@given(sides, sides, budgets, st.sampled_from([None, 1.0, 0.5]))
def test_no_picture_exceeds_its_pixels(
    height: int, width: int, pixels: int, ratio: float | None
) -> None:
    """But for rounding up to whole pixels."""
    image = bounded(blank(height, width), pixels, ratio)
    high, wide = image.shape[:2]
    assert high * wide <= pixels + 2 * (high + wide)
    assert min(high, wide) >= LEAST_SIDE
    assert max(high, wide) <= MOST_ASPECT * min(high, wide)


@settings(deadline=None)
@given(sides, sides, budgets)
def test_a_picture_keeps_its_shape(height: int, width: int, pixels: int) -> None:
    """What was drawn has the proportions it had: only white is added."""
    image = bounded(blank(height, width), pixels)
    dark = image[..., 0] < 128
    high, wide = int(dark.any(axis=1).sum()), int(dark.any(axis=0).sum())
    # either side may be off by what rounding takes
    assert abs(high * width - wide * height) <= 2 * (height + width)


def test_a_picture_within_its_pixels_is_left_alone() -> None:
    image = blank(60, 80)
    assert bounded(image, 60 * 80) is image


def test_thin_strokes_leave_a_trace() -> None:
    """Averaged, not skipped: lines of one pixel in eight darken what is a quarter as wide."""
    image = np.full((400, 400, 3), 255, np.uint8)
    image[:, ::8] = 0
    small = bounded(image, 100 * 100)
    assert (small.min(axis=1) < 230).all()


def test_nothing_of_a_page_is_cut_off_by_clip(checkpoint_of: Callable[[str], Path]) -> None:
    """CLIP's processor keeps the middle of a picture: a tall page would lose both of its ends."""
    processor = image_processor_of(checkpoint_of("llava"))
    page = np.full((600, 100, 3), 255, np.uint8)
    page[:40] = page[-40:] = 0
    asked = replace(question(), images=[page])
    (picture,) = shown(asked, 90_000, processor).images
    seen = processor(picture)["pixel_values"][0]
    middle = seen[0, :, seen.shape[2] // 2]
    assert middle[0] < 0 < middle[len(middle) // 2]
    assert middle[-1] < 0


@pytest.mark.parametrize("family", ["idefics3", "smolvlm", "internvl"])
@pytest.mark.parametrize("pixels", [3_000, 15_000, 40_000])
@pytest.mark.parametrize("size", [(40, 60), (900, 300), (200, 200)])
def test_tiles_keep_to_the_budget(
    family: str, pixels: int, size: tuple[int, int], checkpoint_of: Callable[[str], Path]
) -> None:
    """Besides the tile that shows the whole; families that enlarge a picture do so up to it."""
    processor = image_processor_of(checkpoint_of(family))
    image = bounded(blank(*size), pixels)
    assert tiled(processor, image, tiling(processor, pixels, [image])) <= max(pixels, _TILE)


@pytest.mark.parametrize("family", ["idefics3", "smolvlm", "internvl"])
def test_left_to_themselves_families_tile_a_small_picture(
    family: str, checkpoint_of: Callable[[str], Path]
) -> None:
    """What `tiling` is for."""
    processor = image_processor_of(checkpoint_of(family))
    assert tiled(processor, blank(30, 40), {}) > 10 * 30 * 40


def image_processor_of(folder: Path) -> Any:
    return load_processor(folder, AutoConfig.from_pretrained(folder)).image_processor


def tiled(processor: Any, image: RgbImage, knobs: dict[str, Any]) -> int:
    """Pixels of all tiles but the one that shows the whole."""
    if hasattr(processor, "crop_to_patches"):
        knobs = {**knobs, "crop_to_patches": True}  # as InternVL's own processor says
    seen = processor([[image]], return_tensors="np", **knobs)["pixel_values"]
    return int(np.prod(seen.shape)) // 3 - _TILE
