"""How targets stand to an anchor: 1 for the one that is meant first, 0 where they do not."""

from collections.abc import Callable, Mapping, Sequence

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout
from vouch.schemas.ui import HOLDERS
from vouch.workers.stages.readers.location.phrase import Relation
from vouch.workers.stages.readers.location.targets import Target

_STEP = 0.08
"""What a line height of distance beyond the nearest costs."""
_LEAST = 0.5
"""What the farthest one is still worth."""
_ASIDE = 2.0
"""Standing aside of the direction counts as so many times the distance."""


def nearness(
    relation: Relation,
    targets: Sequence[Target],
    anchor: Target,
    height: float,
    layouts: Sequence[PageLayout],
) -> list[float]:
    """For each target of the anchor's page, how well it stands in the relation, 0 to 1.

    `height` is that of a line in pixels: the measure of distances.
    """
    if relation == "inside":
        return [_within(target, anchor, layouts) for target in targets]
    measure = _DISTANCES[relation]
    away = [
        None if _is_anchor(target, anchor) else measure(target.bbox, anchor.bbox, height)
        for target in targets
    ]
    if relation == "beside":  # "the checkbox next to Newsletter" may be labelled so itself
        away = [
            0.0 if target.element is not None and _shares(target, anchor) else distance
            for target, distance in zip(targets, away, strict=True)
        ]
    nearest = min((distance for distance in away if distance is not None), default=0.0)
    return [
        0.0 if distance is None else max(_LEAST, 1 - _STEP * (distance - nearest) / height)
        for distance in away
    ]


def _is_anchor(target: Target, anchor: Target) -> bool:
    if target.element is not None and anchor.element is not None:
        return target.element.id == anchor.element.id
    return _shares(target, anchor)


def _shares(target: Target, anchor: Target) -> bool:
    return bool(set(target.tokens) & set(anchor.tokens))


def _within(target: Target, anchor: Target, layouts: Sequence[PageLayout]) -> float:
    """Inside an element that is the anchor, that bears its words, or in its row."""
    if _is_anchor(target, anchor):
        return 0.0
    if anchor.role in HOLDERS:
        return float(target.bbox.containment(anchor.bbox) >= 0.7)
    holder = _holder(anchor, layouts)
    if holder is not None:
        return float(target.bbox.containment(holder) >= 0.7)
    return max(0.95 * _same_row(target.bbox, anchor.bbox), 0.85 * _headed(target, anchor))


def _holder(anchor: Target, layouts: Sequence[PageLayout]) -> Bbox | None:
    """The smallest window, dialog, group or row around an anchor."""
    boxes = [
        element.bbox
        for layout in layouts
        if layout.page == anchor.page
        for element in layout.elements
        if element.role in HOLDERS and anchor.bbox.containment(element.bbox) >= 0.7
    ]
    return min(boxes, key=lambda box: box.area, default=None)


def _same_row(box: Bbox, other: Bbox) -> bool:
    shared = min(box.bottom, other.bottom) - max(box.top, other.top)
    return shared >= 0.5 * min(box.height, other.height)


def _headed(target: Target, anchor: Target) -> bool:
    return target.bbox.top >= anchor.bbox.bottom - anchor.bbox.height * 0.3


def _below(box: Bbox, anchor: Bbox, height: float) -> float | None:
    if box.centre[1] <= anchor.bottom:
        return None
    return max(box.top - anchor.bottom, 0.0) + _ASIDE * _apart_across(box, anchor, height)


def _above(box: Bbox, anchor: Bbox, height: float) -> float | None:
    if box.centre[1] >= anchor.top:
        return None
    return max(anchor.top - box.bottom, 0.0) + _ASIDE * _apart_across(box, anchor, height)


def _left_of(box: Bbox, anchor: Bbox, height: float) -> float | None:
    if box.centre[0] >= anchor.left:
        return None
    return max(anchor.left - box.right, 0.0) + _ASIDE * _apart_down(box, anchor, height)


def _right_of(box: Bbox, anchor: Bbox, height: float) -> float | None:
    if box.centre[0] <= anchor.right:
        return None
    return max(box.left - anchor.right, 0.0) + _ASIDE * _apart_down(box, anchor, height)


def _beside(box: Bbox, anchor: Bbox, height: float) -> float:
    """In any direction, but rather in the same row."""
    return _apart_across(box, anchor, 0.0) + _ASIDE * _apart_down(box, anchor, height)


def _apart_across(box: Bbox, anchor: Bbox, slack: float) -> float:
    gap = max(box.left, anchor.left) - min(box.right, anchor.right)
    return max(gap - slack, 0.0)


def _apart_down(box: Bbox, anchor: Bbox, slack: float) -> float:
    gap = max(box.top, anchor.top) - min(box.bottom, anchor.bottom)
    return max(gap + 0.3 * min(box.height, anchor.height) - 0.2 * slack, 0.0)


_DISTANCES: Mapping[Relation, Callable[[Bbox, Bbox, float], float | None]] = {
    "below": _below,
    "above": _above,
    "left_of": _left_of,
    "right_of": _right_of,
    "beside": _beside,
}
