"""Pictures within a budget of pixels, whatever a model's family does to them afterwards."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question

MOST_ASPECT = 100
"""Qwen's image processors refuse strips of more than 200 to 1."""
LEAST_SIDE = 32
"""Pixels; less than a patch of the larger models cannot be seen."""
_WHITE = (255, 255, 255)


def shown(question: Question, pixels: int, image_processor: Any) -> Question:  # noqa: ANN401
    """The question with pictures of at most `pixels` each, as that image processor needs them."""
    ratio = _ratio_cut(image_processor)
    return replace(
        question,
        images=[bounded(image, pixels, ratio) for image in question.images],
        closeups=[bounded(image, pixels, ratio) for image in question.closeups],
    )


def bounded(image: RgbImage, pixels: int, ratio: float | None = None) -> RgbImage:
    """The whole picture in about `pixels`, in the middle of white where it is a strip or tiny.

    `ratio` is the height by the width that it is padded to. It is averaged down in bytes, before
    anything makes floats of it: thin strokes stay, and memory goes by the budget instead of by the
    upload.
    """
    height, width = image.shape[:2]
    scale = math.sqrt(pixels / math.prod(_frame(height, width, ratio)))
    if scale < 1:
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = image.shape[:2]
    return padded(image, *_frame(height, width, ratio))


def padded(image: RgbImage, height: int, width: int) -> RgbImage:
    """The picture in the middle of white, this high and wide."""
    down, across = height - image.shape[0], width - image.shape[1]
    if not (down or across):
        return image
    sides = (down // 2, down - down // 2, across // 2, across - across // 2)
    framed = cv2.copyMakeBorder(image, *sides, cv2.BORDER_CONSTANT, value=_WHITE)
    return np.asarray(framed, np.uint8)


def tiling(
    image_processor: Any,  # noqa: ANN401
    pixels: int,
    pictures: Sequence[RgbImage],
) -> dict[str, Any]:
    """Arguments for families that enlarge pictures and cut them to tiles: no more than `pixels`.

    Idefics3 and SmolVLM scale each picture's longer side to `size`, however small it is, and cut it
    to tiles of `max_image_size`; InternVL takes up to `max_patches` tiles by the aspect alone.
    """
    if hasattr(image_processor, "max_image_size"):
        tile = image_processor.max_image_size["longest_edge"]
        squarest = min(max(image.shape[:2]) / min(image.shape[:2]) for image in pictures)
        tiles = max(1, math.isqrt(int(pixels * squarest)) // tile)
        return {"size": {"longest_edge": min(image_processor.size["longest_edge"], tiles * tile)}}
    if hasattr(image_processor, "max_patches"):
        tile = image_processor.size["height"] * image_processor.size["width"]
        return {"max_patches": min(image_processor.max_patches, max(1, pixels // tile))}
    return {}


def _ratio_cut(image_processor: Any) -> float | None:  # noqa: ANN401
    """Height by width of the middle that CLIP's processor cuts out: a page would lose its ends.

    LLaVA-NeXT's says that it cuts, too, but pads each picture to a grid of tiles.
    """
    cuts = getattr(image_processor, "do_center_crop", False)
    if not cuts or hasattr(image_processor, "image_grid_pinpoints"):
        return None
    crop = image_processor.crop_size
    return float(crop["height"] / crop["width"])


def _frame(height: int, width: int, ratio: float | None) -> tuple[int, int]:
    """Height and width that a picture of this size is padded to."""
    high = max(height, math.ceil(width / MOST_ASPECT), LEAST_SIDE)
    wide = max(width, math.ceil(height / MOST_ASPECT), LEAST_SIDE)
    if ratio is None:
        return high, wide
    return max(high, math.ceil(wide * ratio)), max(wide, math.ceil(high / ratio))
