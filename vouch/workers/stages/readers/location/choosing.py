"""Which target a phrase means: by its label, its role, and where it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout
from vouch.schemas.ui import HOLDERS, Role
from vouch.workers.stages.readers.location.likeness import likeness
from vouch.workers.stages.readers.location.phrase import LAST, Wanted, readings
from vouch.workers.stages.readers.location.relations import nearness
from vouch.workers.stages.readers.location.targets import (
    Target,
    element_targets,
    line_height,
    row_targets,
    word_targets,
)

LEAST = 0.6
"""A target that is less like what was asked for is another one."""
ALIKE = 0.06
"""Targets whose scores differ by no more may each be meant."""
_ANCHORS = 4
"""Readings of "under Orders" that are followed."""
_UNNAMED = 0.75
"""What a role alone is worth: "the button"."""
_PRESSED: frozenset[Role] = frozenset({"button", "link", "tab", "menu", "icon"})
_FILLED: frozenset[Role] = frozenset({"input", "checkbox", "radio"})
_LOOSE: frozenset[Role] = HOLDERS | {"text"}
"""Words in any other element are that element; in these they may be meant by themselves."""
_FAINT = 0.3
"""Likeness that is not worth a thought."""
_OF_WORDS = 0.96
"""Words that nobody saw an element around."""


@dataclass(frozen=True, slots=True)
class Found:
    """A target and how well it fits the phrase, 0 to 1."""

    target: Target
    score: float


def find(phrase: str, layouts: Sequence[PageLayout]) -> tuple[Found, ...]:
    """What a phrase may mean, best first, each thing once; also what fits too little to be it."""
    found = [one for wanted in readings(phrase) for one in _fitting(wanted, layouts)]
    return _distinct(sorted(found, key=lambda one: -one.score))


def _fitting(wanted: Wanted, layouts: Sequence[PageLayout]) -> tuple[Found, ...]:
    """What fits one reading."""
    found = tuple(one for layout in layouts for one in _named(wanted, layout))
    if wanted.anchor is not None:
        found = _placed(found, wanted, layouts)
    return found if wanted.ordinal is None else _nth(found, wanted.ordinal)


def _named(wanted: Wanted, layout: PageLayout) -> Iterable[Found]:
    """Targets of a page by label and role."""
    if not wanted.label:
        yield from _unnamed(wanted, layout)
        return
    length = len(wanted.label.split())
    elements = tuple(element_targets(layout))
    bearers = {ref: one for one in elements if one.role not in _LOOSE for ref in one.tokens}
    for target in (*elements, *word_targets(layout, length)):
        alike = likeness(wanted.label, target.text) * _wholeness(target)
        if alike > _FAINT:
            meant = bearers.get(target.tokens[0], target) if target.tokens else target
            yield Found(meant, alike * _role_fit(wanted.role, meant))


def _unnamed(wanted: Wanted, layout: PageLayout) -> Iterable[Found]:
    """Everything of a role."""
    if wanted.role == "list_row":
        yield from (Found(target, _UNNAMED) for target in row_targets(layout))
    elif wanted.role is not None:
        for target in element_targets(layout):
            if target.role == wanted.role:
                yield Found(target, _UNNAMED)


def _wholeness(target: Target) -> float:
    """Words that stand for themselves are likelier a label than words of a sentence."""
    share = len(target.text) / max(len(target.whole), 1)
    return 0.75 + 0.25 * min(share, 1.0)


def _role_fit(wanted: Role | None, target: Target) -> float:
    """How well what a target is fits what it is called."""
    role = target.role
    if role is None:
        return 0.8 if wanted in _FILLED or wanted in HOLDERS else _OF_WORDS
    if wanted is None:
        return 0.9 if role in HOLDERS else 0.98 if role == "text" else 1.0
    if role == wanted:
        return 1.0
    for kin in (_PRESSED, _FILLED, HOLDERS):
        if role in kin and wanted in kin:
            return 0.88
    return 0.8 if role == "text" else 0.7


def _placed(
    found: Sequence[Found], wanted: Wanted, layouts: Sequence[PageLayout]
) -> tuple[Found, ...]:
    """Targets by how they stand to the anchor; nothing where the anchor is not there."""
    anchor, relation = wanted.anchor, wanted.relation
    if anchor is None or relation is None:
        return tuple(found)
    if rows := _counted_row(anchor, found, layouts):
        return rows
    anchors = [one for one in _distinct(_ranked(_fitting(anchor, layouts))) if one.score >= LEAST]
    heights = {layout.page: line_height(layout) for layout in layouts}
    placed: list[Found] = []
    for other in anchors[:_ANCHORS]:
        peers = [
            one for one in found if one.score >= LEAST and one.target.page == other.target.page
        ]
        near = nearness(
            relation,
            [one.target for one in peers],
            other.target,
            heights.get(other.target.page, 1.0),
            tuple(layouts),
        )
        placed += [
            Found(one.target, one.score * (0.5 + 0.5 * other.score) * share)
            for one, share in zip(peers, near, strict=True)
            if share > 0
        ]
    return _distinct(_ranked(placed))


def _counted_row(
    anchor: Wanted, found: Sequence[Found], layouts: Sequence[PageLayout]
) -> tuple[Found, ...]:
    """ "Delete" in "row 3" where no rows are known: the third of the things called so."""
    if anchor.role != "list_row" or anchor.ordinal is None or anchor.label:
        return ()
    if any(row_targets(layout) for layout in layouts):
        return ()
    return tuple(replace(one, score=one.score * 0.9) for one in _nth(found, anchor.ordinal))


def _nth(found: Sequence[Found], ordinal: int) -> tuple[Found, ...]:
    """The one of that number among those that fit best, in reading order."""
    best = _distinct(_ranked(found))
    if not best:
        return ()
    alike = [one for one in best if one.score >= best[0].score - ALIKE]
    alike.sort(key=lambda one: (one.target.page, *_row_major(one.target.bbox, alike)))
    index = len(alike) - 1 if ordinal == LAST else ordinal - 1
    return (alike[index],) if 0 <= index < len(alike) else ()


def _row_major(bbox: Bbox, among: Sequence[Found]) -> tuple[float, float]:
    """Top to bottom; what stands beside one another is ordered from left to right."""
    tops = [
        other.target.bbox.top
        for other in among
        if abs(other.target.bbox.centre[1] - bbox.centre[1]) < bbox.height / 2
    ]
    return (min(tops, default=bbox.top), bbox.left)


def _ranked(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=attrgetter("score"), reverse=True)


def _distinct(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each thing once, as it fits best: words inside an element are that element."""
    kept: list[Found] = []
    for one in found:
        if not any(_same(one.target, other.target) for other in kept):
            kept.append(one)
    return tuple(kept)


def _same(one: Target, other: Target) -> bool:
    if one.page != other.page:
        return False
    if one.element is not None and other.element is not None:
        return one.element.id == other.element.id
    if set(one.tokens) & set(other.tokens):
        return one.role not in HOLDERS and other.role not in HOLDERS
    return _holds(one, other) or _holds(other, one)


def _holds(element: Target, words: Target) -> bool:
    """Whether words stand inside an element that holds no others."""
    return (
        element.element is not None
        and element.role not in HOLDERS
        and words.bbox.containment(element.bbox) >= 0.7
    )
