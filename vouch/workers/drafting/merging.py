"""Drafts of single pages → one draft of the document."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add

from vouch.schemas.draft import Candidate, Draft, Pointer, Print
from vouch.schemas.perception import Drafted
from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Shape, escaped


def joined(parts: Sequence[Drafted], shape: Shape) -> Drafted:
    """One answer out of those of the parts, in order; degraded where any part gave none."""
    if len(parts) == 1:
        return parts[0]
    drafts = [part.draft for part in parts if part.draft is not None]
    return Drafted(
        draft=merged(drafts, shape) if drafts else None,
        degraded=next((part.degraded for part in parts if part.degraded), None),
        effort=reduce(add, (part.effort for part in parts)),
    )


def merged(drafts: Sequence[Draft], shape: Shape) -> Draft:
    """What one reader found page by page, as if it had seen all pages at once; pages in order.

    A single leaf keeps every value that a page gave it: printed ones before inferred ones, then by
    score. Lists follow each other with consecutive indices. Of asides of one name the best is kept.
    ValueError when there is no draft.
    """
    first, *_ = drafts
    lists = {pointer: _split(pointer, shape) for draft in drafts for pointer in draft.candidates}
    offered: dict[Pointer, list[Candidate]] = {}
    asides: dict[str, list[Candidate]] = {}
    lengths: dict[Pointer, int] = {}
    for draft in drafts:
        for pointer, candidates in draft.candidates.items():
            offered.setdefault(_moved(pointer, lists[pointer], lengths), []).extend(candidates)
        for name, candidate in draft.asides.items():
            asides.setdefault(name, []).append(candidate)
        lengths = _grown(lengths, [lists[pointer] for pointer in draft.candidates])
    return Draft(
        reader=first.reader,
        candidates={pointer: _ranked(found) for pointer, found in offered.items()},
        asides={name: _ranked(found)[0] for name, found in asides.items()},
    )


_Place = tuple[Pointer, int, str]
"""A list, an index in it, and what follows: "/items/3/price" → "/items", 3, "/price"."""


def _split(pointer: Pointer, shape: Shape) -> _Place | None:
    """The outermost list; None where there is none. A member's name may be a number, too."""
    steps = pointer.split("/")
    here: Shape | None = shape
    for place, step in enumerate(steps[1:], start=1):
        match here:
            case ListShape():
                rest = "".join(f"/{name}" for name in steps[place + 1 :])
                return "/".join(steps[:place]), int(step), rest
            case ObjectShape(properties=children):
                named = (child.shape for child in children if escaped(child.name) == step)
                here = next(named, None)
            case LeafShape() | None:
                break
    return None


def _moved(pointer: Pointer, place: _Place | None, lengths: dict[Pointer, int]) -> Pointer:
    """The pointer behind what earlier pages gave the same list."""
    if place is None:
        return pointer
    prefix, index, rest = place
    return f"{prefix}/{index + lengths.get(prefix, 0)}{rest}"


def _grown(lengths: dict[Pointer, int], places: Iterable[_Place | None]) -> dict[Pointer, int]:
    """How long each list is after a page with these places."""
    grown = dict(lengths)
    for prefix, index, _ in filter(None, places):
        grown[prefix] = max(grown.get(prefix, 0), lengths.get(prefix, 0) + index + 1)
    return grown


def _ranked(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Best first, earlier pages first among equals; one value stands once, with all its prints."""
    ranked = sorted(found, key=lambda one: (one.signals.get("inferred", 0) > 0, -one.score))
    by_value: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        by_value.setdefault(candidate.value, []).append(candidate)
    return tuple(_with_repeats(best, others) for best, *others in by_value.values())


def _with_repeats(best: Candidate, others: Sequence[Candidate]) -> Candidate:
    """The best of equal values, and the places where the others stand."""
    if not others:
        return best
    again = [
        place
        for other in others
        for place in (Print(raw=other.raw, tokens=other.tokens), *other.repeats)
        if place.tokens
    ]
    return best.model_copy(update={"repeats": (*best.repeats, *again)})
