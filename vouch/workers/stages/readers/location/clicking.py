"""From a target on the upright page to the pixels that a caller clicks."""

from vouch.schemas.geometry import Bbox, Point
from vouch.schemas.text import PageLayout
from vouch.schemas.ui import HOLDERS
from vouch.workers.stages.readers.location.targets import Target

_MARK: frozenset[str] = frozenset({"checkbox", "radio"})
_WIDE = 3.0
"""A checkbox's element this many times wider than high holds its label: its mark is at the left."""


def pixel_box(bbox: Bbox, layout: PageLayout) -> list[float]:
    """Left, top, right, bottom in pixels of the uploaded page, inside it."""
    box = Bbox.around(layout.tokens.transform.polygon(bbox.polygon))
    width, height = _upload_size(layout)
    return [
        round(min(max(box.left, 0.0), width), 1),
        round(min(max(box.top, 0.0), height), 1),
        round(min(max(box.right, 0.0), width), 1),
        round(min(max(box.bottom, 0.0), height), 1),
    ]


def click_point(target: Target, layout: PageLayout) -> list[float]:
    """x, y in pixels of the uploaded page, where a click reaches the target and nothing in it."""
    x, y = layout.tokens.transform.point(_upright_point(target, layout))
    width, height = _upload_size(layout)
    return [round(min(max(x, 0.0), width - 1), 1), round(min(max(y, 0.0), height - 1), 1)]


def _upright_point(target: Target, layout: PageLayout) -> Point:
    box = target.bbox
    if target.role in HOLDERS and target.tokens:
        return _label_box(target, layout).centre
    if target.role in _MARK and box.width > _WIDE * box.height:
        return (box.left + box.height / 2, box.centre[1])
    return box.centre


def _label_box(target: Target, layout: PageLayout) -> Bbox:
    """Around the label's first word: the middle of what holds others may be one of them."""
    return layout.tokens.tokens[target.tokens[0].index].bbox


def _upload_size(layout: PageLayout) -> tuple[float, float]:
    width, height = layout.tokens.width, layout.tokens.height
    return (height, width) if layout.tokens.turn in (90, 270) else (width, height)
