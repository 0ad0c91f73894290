"""Which words name an element: those in it, or those beside it."""

from collections.abc import Sequence

from vouch.workers.stages.elements.canvas import Box, area, shared
from vouch.workers.stages.elements.choosing import HOLDERS, Chosen
from vouch.workers.stages.elements.runs import Run

_WITHIN = 0.6
"""Share of a run that must stand in a box to be in it."""
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
    held = [run for run in runs if _part(run.box, one.box) >= _WITHIN]
    if one.role in ("group", "window", "dialog"):
        return held[0].tokens if held else ()
    outer = [run for run in runs if run not in held and not _is_taken(run, one, others)]
    if one.role in ("checkbox", "radio"):
        return _line(_right(one.box, outer, unit) or _left(one.box, outer, unit), outer, unit)
    if one.role == "input":
        label = _above(one.box, outer, unit) or _left(one.box, outer, unit)
        return _line(label, outer, unit) if label else tuple(i for run in held for i in run.tokens)
    return tuple(index for run in held for index in run.tokens)


def _part(inner: Box, outer: Box) -> float:
    return shared(inner, outer) / max(area(inner), 1)


def _is_taken(run: Run, one: Chosen, others: Sequence[Chosen]) -> bool:
    """Whether words are another element's own, or stand in a box that this one is not in."""
    return any(
        other is not one
        and _part(run.box, other.box) >= _WITHIN
        and not (other.role in HOLDERS and _part(one.box, other.box) >= _WITHIN)
        for other in others
    )


def _right(box: Box, runs: Sequence[Run], unit: float) -> Run | None:
    beside = [
        run
        for run in runs
        if -0.3 * unit <= run.box[0] - box[2] <= _BESIDE * unit and _rows(box, run.box)
    ]
    return min(beside, key=lambda run: run.box[0], default=None)


def _left(box: Box, runs: Sequence[Run], unit: float) -> Run | None:
    beside = [
        run
        for run in runs
        if -0.3 * unit <= box[0] - run.box[2] <= 3 * _BESIDE * unit and _rows(box, run.box)
    ]
    return max(beside, key=lambda run: run.box[2], default=None)


def _above(box: Box, runs: Sequence[Run], unit: float) -> Run | None:
    above = [
        run
        for run in runs
        if -0.5 * unit <= box[1] - run.box[3] <= _ABOVE * unit
        and abs(run.box[0] - box[0]) <= _FLUSH * unit
    ]
    return max(above, key=lambda run: run.box[3], default=None)


def _rows(one: Box, other: Box) -> bool:
    """Whether two boxes stand on one row."""
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common >= 0.5 * min(one[3] - one[1], other[3] - other[1])


def _line(first: Run | None, runs: Sequence[Run], unit: float) -> tuple[int, ...]:
    """A run with those that go on from it on its row."""
    if first is None:
        return ()
    tokens, end = list(first.tokens), first.box[2]
    for run in sorted(runs, key=lambda run: run.box[0]):
        if (
            run is not first
            and -0.3 * unit <= run.box[0] - end <= _WORD * unit
            and _rows(first.box, run.box)
        ):
            tokens += run.tokens
            end = run.box[2]
    return tuple(tokens)
