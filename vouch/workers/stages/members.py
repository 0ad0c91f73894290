"""Members of lists, matched between two readers: item 0 of one may be item 1 of the other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from vouch.schemas.draft import Pointer, TokenRef
from vouch.schemas.grounding import GroundedField
from vouch.schemas.text import PageLayout
from vouch.workers.stages.meaning import key_of

Fields = Sequence[GroundedField]
_INDEX = re.compile(r"/(\d+)(?=/|$)")
_Rank = tuple[int, int]
"""A printed line's place in reading order: its page, and its place there."""


@dataclass(frozen=True, slots=True)
class _Member:
    """What one reader says of one member of a list."""

    index: int
    tokens: frozenset[TokenRef]
    lines: frozenset[_Rank]
    values: Mapping[str, str]
    """The best value's meaning, by the pointer below the member."""


def aligned(rules: Fields, vlm: Fields, layouts: Sequence[PageLayout]) -> tuple[Fields, Fields]:
    """Both readers' fields with list members numbered alike, in the order of the page.

    Members are matched best to best by the words they stand on, their lines and their values; those
    that only one reader has are numbered between them. Lists in lists follow their members.
    """
    ranks = _ranks(layouts)
    for depth in range(_depth((*rules, *vlm))):
        for root in _roots((*rules, *vlm), depth):
            ours, theirs = (_members(fields, root, ranks) for fields in (rules, vlm))
            if ours and theirs:
                numbers = _numbered(ours, theirs)
                rules = _renumbered(rules, root, numbers[0])
                vlm = _renumbered(vlm, root, numbers[1])
    return rules, vlm


def _ranks(layouts: Sequence[PageLayout]) -> dict[TokenRef, _Rank]:
    return {
        TokenRef(page=layout.page, index=index): (layout.page, place)
        for layout in layouts
        for place, line in enumerate(layout.lines)
        for index in line.tokens
    }


def _depth(fields: Iterable[GroundedField]) -> int:
    return max((len(_INDEX.findall(field.pointer)) for field in fields), default=0)


def _roots(fields: Iterable[GroundedField], depth: int) -> list[Pointer]:
    """The lists at this depth of nesting."""
    found = (list(_INDEX.finditer(field.pointer)) for field in fields)
    return list(dict.fromkeys(at[depth].string[: at[depth].start()] for at in found if at[depth:]))


def _below(fields: Fields, root: Pointer) -> Iterator[tuple[int, str, GroundedField]]:
    """Each field below a list: its index there, and its pointer below that member."""
    for field in fields:
        if field.pointer.startswith(root) and (at := _INDEX.match(field.pointer, len(root))):
            yield int(at[1]), field.pointer[at.end() :], field


def _members(fields: Fields, root: Pointer, ranks: Mapping[TokenRef, _Rank]) -> tuple[_Member, ...]:
    held: dict[int, dict[str, GroundedField]] = defaultdict(dict)
    for index, below, field in _below(fields, root):
        held[index][below] = field
    return tuple(_member(index, held[index], ranks) for index in sorted(held))


def _member(
    index: int, found: Mapping[str, GroundedField], ranks: Mapping[TokenRef, _Rank]
) -> _Member:
    tokens = frozenset(token for field in found.values() for token in field.best.tokens)
    return _Member(
        index=index,
        tokens=tokens,
        lines=frozenset(ranks[token] for token in tokens if token in ranks),
        values={below: key_of(field.best.value) for below, field in found.items()},
    )


def _likeness(one: _Member, other: _Member) -> float:
    """How likely two readers mean the same member; 0 if nothing but chance speaks for it."""
    same = sum(other.values.get(below) == value for below, value in one.values.items())
    shared = len(one.tokens & other.tokens)
    on_one_line = bool(one.lines & other.lines)
    homeless = not one.tokens or not other.tokens
    if not shared and not (same and (on_one_line or homeless)):
        return 0.0
    overlap = shared / max(min(len(one.tokens), len(other.tokens)), 1)
    return 2.0 * overlap + on_one_line + same / len(one.values)


def _pairs(ours: Sequence[_Member], theirs: Sequence[_Member]) -> list[tuple[_Member, _Member]]:
    """Best to best: the likest pair first, then the likest of those that are left."""
    likely = ((_likeness(one, other), one, other) for one, other in product(ours, theirs))
    ordered = sorted(
        (found for found in likely if found[0]),
        key=lambda found: (-found[0], abs(found[1].index - found[2].index)),
    )
    pairs: list[tuple[_Member, _Member]] = []
    for _, one, other in ordered:
        if all(one is not left and other is not right for left, right in pairs):
            pairs.append((one, other))
    return pairs


def _numbered(
    ours: Sequence[_Member], theirs: Sequence[_Member]
) -> tuple[dict[int, int], dict[int, int]]:
    """Old index → common index, for each reader."""
    partner = {one.index: other.index for one, other in _pairs(ours, theirs)}
    paired = set(partner.values())
    here, there = _places(ours), _places(theirs)
    entries = [(place, index, partner.get(index)) for index, place in here.items()]
    alone = [(place, None, index) for index, place in there.items() if index not in paired]
    ordered = sorted([*entries, *alone], key=lambda entry: entry[0])
    return (
        {one: number for number, (_, one, _) in enumerate(ordered) if one is not None},
        {other: number for number, (_, _, other) in enumerate(ordered) if other is not None},
    )


def _places(members: Sequence[_Member]) -> dict[int, _Rank]:
    """Where each member stands; one without evidence follows the member before it."""
    places: dict[int, _Rank] = {}
    last: _Rank = (0, 0)
    for member in members:
        last = min(member.lines, default=last)
        places[member.index] = last
    return places


def _renumbered(fields: Fields, root: Pointer, numbers: Mapping[int, int]) -> Fields:
    renamed = {
        field.pointer: f"{root}/{numbers[index]}{below}"
        for index, below, field in _below(fields, root)
    }
    return tuple(
        field.model_copy(update={"pointer": renamed.get(field.pointer, field.pointer)})
        for field in fields
    )
