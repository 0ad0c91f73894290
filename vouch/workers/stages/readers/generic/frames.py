"""Rules that belong together: the frame of a table, and which of its cells are one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from vouch.schemas.geometry import Bbox

_NEAR = 0.6
"""Text heights by which ends of rules that meet may be apart."""
_PARTED = 0.6
"""Share of a cell's side that is ruled, where a cell ends there."""
_LEAST_SIDE = 0.8
"""Text heights from which on a stripe between two rules is a row or a column."""
_MOST_RULES = 800
"""A page with more of them is a chart or a map."""

Area = tuple[int, int, int, int]
"""First and last band, first and last column of a cell."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the rules of one table stand."""

    along: tuple[Bbox, ...]
    across: tuple[Bbox, ...]
    bands: tuple[float, ...]
    """Upper edges of what stands between two rules along it, and the lowest edge; pixels."""
    columns: tuple[float, ...]
    """The same from left to right; the two sides alone where only rows are ruled."""
    slack: float
    """Pixels by which a rule may be off."""

    @property
    def bbox(self) -> Bbox:
        left, right = self.columns[0], self.columns[-1]
        return Bbox(left=left, top=self.bands[0], right=right, bottom=self.bands[-1])

    @property
    def is_gridded(self) -> bool:
        """Whether rules part its columns, and not its rows alone."""
        return len(self.columns) - 1 > 1

    def areas(self) -> list[Area] | None:
        """Its cells; None where they are no rectangles: then its rules are no table's."""
        wide, high = len(self.columns) - 1, len(self.bands) - 1
        places = [(band, column) for band in range(high) for column in range(wide)]
        beside = ((at - 1, at) for at, place in enumerate(places) if self._goes_on_beside(*place))
        below = ((at - wide, at) for at, place in enumerate(places) if self._goes_on_below(*place))
        cells = [[places[at] for at in one] for one in _grouped(len(places), [*beside, *below])]
        areas = [_around(cell) for cell in cells]
        return areas if all(map(_is_full, areas, cells)) else None

    def _goes_on_beside(self, band: int, column: int) -> bool:
        """Whether a place is one with that at its left."""
        if column == 0:
            return False
        x, top, bottom = self.columns[column], self.bands[band], self.bands[band + 1]
        spans = [
            (rule.top, rule.bottom) for rule in self.across if abs(rule.centre[0] - x) <= self.slack
        ]
        return not _covers(spans, top, bottom)

    def _goes_on_below(self, band: int, column: int) -> bool:
        """Whether a place is one with that above it."""
        if band == 0:
            return False
        y, left, right = self.bands[band], self.columns[column], self.columns[column + 1]
        spans = [
            (rule.left, rule.right) for rule in self.along if abs(rule.centre[1] - y) <= self.slack
        ]
        return not _covers(spans, left, right)


def frames_of(rules: Sequence[Bbox], unit: float) -> Iterator[Frame]:
    """The frames among a page's rules, with two bands or more; `unit` is its text's height.

    Rules that meet make grids; of the others, those that stand below each other from end to end
    rule rows alone. A grid of one band is a heading, and no frame.
    """
    if len(rules) > _MOST_RULES:
        return
    free: list[Bbox] = []
    for own in _joined(rules, lambda one, other: _meet(one, other, _NEAR * unit)):
        frame = _framed(own, unit)
        if not frame.is_gridded:
            free += frame.along
        elif len(frame.bands) - 1 > 1:
            yield frame
    for own in _joined(free, lambda one, other: _are_stacked(one, other, _NEAR * unit)):
        frame = _framed(own, unit)
        if len(frame.bands) - 1 > 1:
            yield frame


def _joined(rules: Sequence[Bbox], belong: Callable[[Bbox, Bbox], bool]) -> Iterator[list[Bbox]]:
    """Rules in groups: those that belong together, straight or through others."""
    pairs = (
        (at, other)
        for (at, one), (other, two) in combinations(enumerate(rules), 2)
        if belong(one, two)
    )
    return ([rules[at] for at in group] for group in _grouped(len(rules), pairs))


def _framed(rules: Sequence[Bbox], unit: float) -> Frame:
    along = tuple(rule for rule in rules if _lies(rule))
    across = tuple(rule for rule in rules if not _lies(rule))
    box = Bbox.union(rules)
    bands = _edges([rule.centre[1] for rule in along], box.top, box.bottom, unit)
    columns = _edges([rule.centre[0] for rule in across], box.left, box.right, unit)
    return Frame(along, across, bands, columns, _NEAR * unit)


def _lies(rule: Bbox) -> bool:
    return rule.width >= rule.height


def _meet(one: Bbox, other: Bbox, slack: float) -> bool:
    """Whether one lies and the other falls, and they cross or touch."""
    across = one.left - slack <= other.right and other.left - slack <= one.right
    down = one.top - slack <= other.bottom and other.top - slack <= one.bottom
    return across and down and _lies(one) != _lies(other)


def _are_stacked(one: Bbox, other: Bbox, slack: float) -> bool:
    """Whether two that lie have their ends below each other."""
    return abs(one.left - other.left) <= slack and abs(one.right - other.right) <= slack


def _edges(places: Iterable[float], first: float, last: float, unit: float) -> tuple[float, ...]:
    """Places in order, those that are one rule or too near for anything between as one."""
    edges = [first]
    for place in sorted([*places, last]):
        if place - edges[-1] >= _LEAST_SIDE * unit:
            edges.append(place)
    return tuple(edges)


def _covers(spans: Iterable[tuple[float, float]], start: float, end: float) -> bool:
    """Whether rules on one line cover most of a side."""
    covered = sum(max(min(high, end) - max(low, start), 0) for low, high in spans)
    return covered >= _PARTED * (end - start)


def _around(places: Sequence[tuple[int, int]]) -> Area:
    bands, columns = zip(*places, strict=True)
    return min(bands), max(bands), min(columns), max(columns)


def _is_full(area: Area, places: Sequence[tuple[int, int]]) -> bool:
    top, bottom, left, right = area
    return (bottom - top + 1) * (right - left + 1) == len(places)


def _grouped(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The numbers below `count`, those together that pairs join."""
    leader = list(range(count))

    def led_by(member: int) -> int:
        while leader[member] != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    for one, other in pairs:
        leader[led_by(other)] = led_by(one)
    groups: dict[int, list[int]] = {}
    for member in range(count):
        groups.setdefault(led_by(member), []).append(member)
    return list(groups.values())


def runs_of(frame: Frame, is_kept: Sequence[bool]) -> Iterator[Frame]:
    """The parts of a frame whose bands are all kept, where there are two of them or more."""
    start = None
    for band, kept in enumerate((*is_kept, False)):
        if kept and start is None:
            start = band
        elif not kept and start is not None:
            if band - start > 1:
                bands = frame.bands[start : band + 1]
                yield Frame(frame.along, frame.across, bands, frame.columns, frame.slack)
            start = None
