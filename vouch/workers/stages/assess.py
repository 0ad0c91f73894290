"""Stage `assess`: how well a page can be read; from pixels before any model, from text after OCR.

Severities run from 0 (hardly noticeable) over 0.5 (expect misread characters) to 1 (unreadable).
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from vouch.schemas.document import Issue, Quality
from vouch.schemas.geometry import Bbox
from vouch.workers.images import RgbImage
from vouch.workers.stages.assess_text import assess_text, skewed
from vouch.workers.stages.glare import GlareSpot, glare_spots
from vouch.workers.stages.overview import Overview
from vouch.workers.stages.severity import graded
from vouch.workers.stages.sharpness import SharpnessTile, sharpness_tiles
from vouch.workers.stages.skew import skew_of

__all__ = ["assess", "assess_text"]

_LEAST_MARKS = 4
"""Fewer marks than this are no text."""


def assess(image: RgbImage) -> Quality:
    """Measures and issues of one page in the upload frame, from its pixels alone.

    `text_height` stays None and `cropped` has no issue until `assess_text` has seen the tokens.
    """
    overview = Overview.of(image)
    has_text = len(overview.marks) >= _LEAST_MARKS
    tiles = sharpness_tiles(overview)
    spots = glare_spots(overview)
    darkest, lightest = _levels(overview)
    values = [tile.sharpness for tile in tiles]
    quality = Quality(
        sharpness=float(np.median(values)) if values else 0.0,
        sharpness_lowest_tile=min(values, default=0.0),
        exposure=float(overview.small.mean()) / 255,
        contrast=lightest - darkest,
        glare=min(sum(spot.share for spot in spots), 1.0),
        skew=skew_of(overview.marks),
        cropped=_border_share(overview),
        has_text=has_text,
    )
    if not has_text:
        return quality.model_copy(update={"issues": (Issue(code="no_text", severity=1.0),)})
    issues = (
        *_whole_page(quality, darkest, lightest),
        *_blur(quality, tiles),
        *skewed(quality.skew),
        *_glare(spots),
    )
    return quality.model_copy(update={"issues": issues})


def _levels(overview: Overview) -> tuple[float, float]:
    """5th and 95th percentile of luma, 0 to 1, around ink; of the whole page if there is none."""
    mask = overview.near_ink if len(overview.marks) else None
    counts = np.cumsum(cv2.calcHist([overview.small], [0], mask, [256], [0, 256]))
    darkest, lightest = np.searchsorted(counts, [0.05 * counts[-1], 0.95 * counts[-1]])
    return float(darkest) / 255, float(lightest) / 255


def _border_share(overview: Overview) -> float:
    """Share of the border, 0 to 1, that marks touch."""
    height, width = overview.small.shape
    left, top, wide, high = overview.marks.T
    beside = (left <= 0) | (left + wide >= width)
    above = (top <= 0) | (top + high >= height)
    touched = float(high[beside].sum() + wide[above].sum())
    return float(min(touched / (2 * (height + width)), 1.0))


def _whole_page(quality: Quality, darkest: float, lightest: float) -> Iterable[Issue]:
    """Issues of light. It is judged around ink: white paper and dark screens are good."""
    severities = {
        "dark": graded(lightest, 0.40, 0.10),
        "overexposed": graded(darkest, 0.70, 0.95) if lightest > 0.97 else 0.0,
        "low_contrast": graded(quality.contrast, 0.25, 0.06),
    }
    return [Issue(code=code, severity=value) for code, value in severities.items() if value > 0]


def _blur(quality: Quality, tiles: Sequence[SharpnessTile]) -> Iterable[Issue]:
    severity = graded(quality.sharpness, 0.45, 0.0)
    if severity > 0:
        yield Issue(code="blurred", severity=severity)
        return
    for group in _neighbours([tile for tile in tiles if tile.sharpness < 0.3]):
        if len(group) > 1:
            value = float(np.mean([tile.sharpness for tile in group]))
            yield Issue(
                code="blurred_region",
                severity=graded(value, 0.45, 0.0),
                polygon=Bbox.union(tile.box for tile in group).polygon,
            )


def _neighbours(tiles: Sequence[SharpnessTile]) -> list[list[SharpnessTile]]:
    """Tiles grouped so that each touches another of its group by a side."""
    groups: list[list[SharpnessTile]] = []
    for tile in tiles:
        near = [group for group in groups if any(_touch(tile, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([tile, *(other for group in near for other in group)])
    return groups


def _touch(tile: SharpnessTile, other: SharpnessTile) -> bool:
    return abs(tile.row - other.row) + abs(tile.column - other.column) == 1


def _glare(spots: Sequence[GlareSpot]) -> Iterable[Issue]:
    return [
        Issue(code="glare", severity=graded(spot.share, 0.0, 0.10), polygon=spot.polygon)
        for spot in spots
    ]
