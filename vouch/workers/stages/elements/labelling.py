"""Which words name an element: those in it, or those beside it."""

from collections.abc import Sequence

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.elements.choosing import OPEN, Chosen
from vouch.workers.stages.elements.runs import Run
from vouch.workers.stages.elements.wording import WITHIN, within

_ROW = 0.5
"""Share of the lower one's height that two boxes of one row have in common."""
_ABOVE = 1.6
"""Word heights between a field and the words above that name it."""
_BESIDE = 2.5
"""Word heights between a field or a mark and the words beside that name it."""
_FLUSH = 1.2
"""Word heights by which the words above may begin further left or right."""
_WORD = 0.8
"""Word heights between two runs of one label: a line of it may be printed in two colours."""


def label_of(
    one: Chosen, others: Sequence[Chosen], runs: Sequence[Run], unit: float
) -> tuple[int, ...]:
    """Token indices of the label in reading order; none where nothing names it."""
    if one.proposal.run is not None:
        return one.proposal.run.tokens
    held = within(runs, one.bbox)
    if one.role in ("group", "window", "dialog"):
        return held[0].tokens if held else ()
    outer = [run for run in runs if run not in held and not _is_taken(run, one, others)]
    if one.role in ("checkbox", "radio"):
        return _line(_right(one.bbox, outer, unit) or _left(one.bbox, outer, unit), outer, unit)
    if one.role == "input":
        label = _above(one.bbox, outer, unit) or _left(one.bbox, outer, unit)
        return _line(label, outer, unit) if label else tuple(i for run in held for i in run.tokens)
    return tuple(index for run in held for index in run.tokens)


def _is_taken(run: Run, one: Chosen, others: Sequence[Chosen]) -> bool:
    """Whether words are another element's own, or stand in a box that this one is not in."""
    return any(
        other is not one
        and run.bbox.containment(other.bbox) >= WITHIN
        and not (other.role in OPEN and one.bbox.containment(other.bbox) >= WITHIN)
        for other in others
    )


def _right(bbox: Bbox, runs: Sequence[Run], unit: float) -> Run | None:
    beside = [
        run
        for run in runs
        if -0.3 <= (run.bbox.left - bbox.right) / unit <= _BESIDE and share_row(bbox, run.bbox)
    ]
    return min(beside, key=lambda run: run.bbox.left, default=None)


def _left(bbox: Bbox, runs: Sequence[Run], unit: float) -> Run | None:
    beside = [
        run
        for run in runs
        if -0.3 <= (bbox.left - run.bbox.right) / unit <= 3 * _BESIDE and share_row(bbox, run.bbox)
    ]
    return max(beside, key=lambda run: run.bbox.right, default=None)


def _above(bbox: Bbox, runs: Sequence[Run], unit: float) -> Run | None:
    above = [
        run
        for run in runs
        if -0.5 <= (bbox.top - run.bbox.bottom) / unit <= _ABOVE
        and abs(run.bbox.left - bbox.left) <= _FLUSH * unit
    ]
    return max(above, key=lambda run: run.bbox.bottom, default=None)


def share_row(one: Bbox, other: Bbox) -> bool:
    """Whether two boxes stand on one row."""
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    return common >= _ROW * min(one.height, other.height)


def _line(first: Run | None, runs: Sequence[Run], unit: float) -> tuple[int, ...]:
    """A run with those that go on from it on its row."""
    if first is None:
        return ()
    tokens, end = list(first.tokens), first.bbox.right
    for run in sorted(runs, key=lambda run: run.bbox.left):
        gap = (run.bbox.left - end) / unit
        if run is not first and -0.3 <= gap <= _WORD and share_row(first.bbox, run.bbox):
            tokens += run.tokens
            end = run.bbox.right
    return tuple(tokens)
