"""Pictures within a budget of pixels, whatever a model's family does to them afterwards."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vouch.workers.engines.pictures import bounded
from vouch.workers.images import RgbImage
from vouch.workers.protocols import Question


def shown(question: Question, pixels: int, image_processor: Any) -> Question:  # noqa: ANN401
    """The question with pictures of at most `pixels` each, as that image processor needs them."""
    ratio = _ratio_cut(image_processor)
    return replace(
        question,
        images=[bounded(image, pixels, ratio) for image in question.images],
        closeups=[bounded(image, pixels, ratio) for image in question.closeups],
    )


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
