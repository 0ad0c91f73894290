"""From boxes that may be elements to elements: each once, and nothing in a thing's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

import numpy as np

from vouch.schemas.geometry import Bbox
from vouch.schemas.ui import HOLDERS, Role, State
from vouch.workers.stages.elements.canvas import Floats
from vouch.workers.stages.elements.proposals import Proposal

NOTHING = "nothing"
OPEN: frozenset[Role] = HOLDERS | {"menu"}
"""Roles in whose boxes others may stand; what one locates by a menu is its opener."""
_SAME = 0.5
"""Overlap from which on two boxes are one thing."""
_INSIDE = 0.7
"""Share of a box that must lie in another to be a part of it."""
_EMBEDDED: frozenset[Role] = frozenset({"icon", "button"})
"""What may stand in a field."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An element without its place among the others."""

    role: Role
    state: State | None
    bbox: Bbox
    score: float
    proposal: Proposal


def chosen(found: Sequence[Proposal], classes: Sequence[str], shares: Floats) -> tuple[Chosen, ...]:
    """The elements, surest first. `shares` is (boxes, classes)."""
    ranked = sorted(_likely(found, classes, shares), key=lambda one: -one.score)
    kept: list[Chosen] = []
    for one in ranked:
        if not any(_excludes(other, one) for other in kept):
            kept.append(one)
    return tuple(kept)


def _likely(found: Sequence[Proposal], classes: Sequence[str], shares: Floats) -> list[Chosen]:
    """Boxes that are likelier some role than nothing; a role's states are added up."""
    roles = [name.partition(":")[0] for name in classes]
    names = sorted(set(roles))
    sums = np.stack(
        [shares[:, [role == name for role in roles]].sum(axis=1) for name in names], axis=1
    )
    likely: list[Chosen] = []
    for number, best in enumerate(sums.argmax(axis=1)):
        if names[best] == NOTHING:
            continue
        own = [place for place, role in enumerate(roles) if role == names[best]]
        state = classes[max(own, key=lambda place: shares[number, place])].partition(":")[2]
        likely.append(
            Chosen(
                role=cast(Role, names[best]),
                state=cast(State, state) if state in get_args(State) else None,
                bbox=Bbox.of(found[number].box),
                score=float(sums[number, best]),
                proposal=found[number],
            )
        )
    return likely


def _excludes(sure: Chosen, other: Chosen) -> bool:
    """Whether one that is surely there leaves no room for the other."""
    if sure.bbox.iou(other.bbox) > _SAME:
        return sure.role not in OPEN or other.role not in OPEN or sure.role == other.role
    small, large = sorted((sure, other), key=lambda one: one.bbox.area)
    if large.role in OPEN or small.role in OPEN:
        return False
    if large.role == "input" and small.role in _EMBEDDED and small.proposal.kind != "words":
        return False
    return small.bbox.containment(large.bbox) >= _INSIDE
