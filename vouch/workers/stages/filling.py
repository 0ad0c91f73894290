"""From values of single leaves to data under the caller's own schema, and nothing else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import JsonValue
from referencing.exceptions import Unresolvable

from vouch.grammar.proof import breaches
from vouch.schemas.draft import Pointer
from vouch.schemas.errors import SchemaRefused, SchemaUnmet
from vouch.schemas.pointers import steps_of
from vouch.schemas.shape import JsonSchema, LeafShape, ListShape, ObjectShape, Shape, escaped

_NAMED = 10  # an error's sentence should not grow with the schema
_T = TypeVar("_T")
_Found = Mapping[tuple[str, ...], _T]
"""What was found below some place, by the unescaped steps that lead to it from there."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """Leaves that have no value and may be neither null nor left out."""

    pointers: tuple[Pointer, ...]


def filled(shape: Shape, values: Mapping[Pointer, str]) -> JsonValue:
    """Data of this shape from the values of its leaves, as candidates hold them.

    What is missing is null where the schema allows null, else left out where it is optional. A list
    has a member for each index that occurs below it (holes are closed), and as many as the schema
    insists on; without any it is []. An object or list that nothing was found for is there all the
    same, if all in it can do without a value. SchemaUnmet names the leaves that cannot.
    """
    data = _filled(shape, {steps_of(pointer): value for pointer, value in values.items()}, "")
    if isinstance(data, _Gap):
        raise SchemaUnmet(f"no value was found for {_named(data.pointers)}")
    return data


def proved(json_schema: JsonSchema, data: JsonValue) -> JsonValue:
    """The data itself. SchemaUnmet, with the places, when they are not valid under the schema.

    SchemaRefused when it refers to what it does not hold: nothing is ever fetched.
    """
    try:
        wrong = breaches(json_schema, data)
    except Unresolvable:
        raise SchemaRefused("the schema refers to what it does not hold") from None
    if wrong:
        raise SchemaUnmet(f"what was read breaks the schema at {_named(wrong)}")
    return data


def placed(shape: Shape, found: Mapping[Pointer, _T]) -> Iterator[tuple[Pointer, LeafShape, _T]]:
    """What was found for leaves of this shape, in its order, with the pointer into `filled` data.

    Pointers that lead to no leaf of the shape are left out.
    """
    return _placed(shape, {steps_of(pointer): here for pointer, here in found.items()}, "")


def absent_pointers(shape: Shape) -> tuple[Pointer, ...]:
    """Every leaf outside of lists: what a record names even where nothing was found."""
    return tuple(_single(shape, ""))


def _named(pointers: Sequence[Pointer]) -> str:
    """The first few."""
    others = len(pointers) - _NAMED
    shown = ", ".join(map(repr, pointers[:_NAMED]))
    return f"{shown} and {others} more" if others > 0 else shown


def _filled(shape: Shape, found: _Found[str], at: Pointer) -> JsonValue | _Gap:
    match shape:
        case LeafShape():
            if () in found:
                return shape.read(found[()])
            return None if shape.nullable else _Gap((at,))
        case ListShape():
            return _list(shape, found, at)
        case ObjectShape():
            return _object(shape, found, at)


def _object(shape: ObjectShape, found: _Found[str], at: Pointer) -> JsonValue | _Gap:
    if shape.nullable and not found:
        return None
    below = _by_step(found)
    members: dict[str, JsonValue] = {}
    gaps: list[Pointer] = []
    for child in shape.properties:
        here = below.get(child.name, {})
        member = _filled(child.shape, here, f"{at}/{escaped(child.name)}")
        if not isinstance(member, _Gap):
            members[child.name] = member
        elif child.required or here:
            gaps += member.pointers
    return _Gap(tuple(gaps)) if gaps else members


def _list(shape: ListShape, found: _Found[str], at: Pointer) -> JsonValue | _Gap:
    entries = _entries(found)
    entries += [{}] * (shape.least - len(entries))
    members: list[JsonValue] = []
    gaps: list[Pointer] = []
    for index, entry in enumerate(entries):
        member = _filled(shape.member, entry, f"{at}/{index}")
        if isinstance(member, _Gap):
            gaps += member.pointers
        else:
            members.append(member)
    if gaps:
        return None if shape.nullable and not found else _Gap(tuple(gaps))
    return members


def _placed(
    shape: Shape, found: _Found[_T], at: Pointer
) -> Iterator[tuple[Pointer, LeafShape, _T]]:
    match shape:
        case LeafShape():
            if () in found:
                yield at, shape, found[()]
        case ListShape():
            for index, entry in enumerate(_entries(found)):
                yield from _placed(shape.member, entry, f"{at}/{index}")
        case ObjectShape():
            below = _by_step(found)
            for child in shape.properties:
                here = below.get(child.name, {})
                yield from _placed(child.shape, here, f"{at}/{escaped(child.name)}")


def _single(shape: Shape, at: Pointer) -> Iterator[Pointer]:
    match shape:
        case LeafShape():
            yield at
        case ObjectShape():
            for child in shape.properties:
                yield from _single(child.shape, f"{at}/{escaped(child.name)}")


def _entries(found: _Found[_T]) -> list[_Found[_T]]:
    """What was found below each index of a list, in their order."""
    below = _by_step(found)
    return [below[step] for step in sorted(filter(str.isdecimal, below), key=int)]


def _by_step(found: _Found[_T]) -> dict[str, _Found[_T]]:
    """What was found below each member of an object or list."""
    below: dict[str, dict[tuple[str, ...], _T]] = defaultdict(dict)
    for path, here in found.items():
        if path:
            below[path[0]][path[1:]] = here
    return dict(below)
