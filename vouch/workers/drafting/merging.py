"""Drafts of single pages → one draft of the document."""

from collections.abc import Iterable, Sequence

from vouch.schemas.draft import Candidate, Draft, Pointer, Print


def merged(drafts: Sequence[Draft]) -> Draft:
    """What one reader found page by page, as if it had seen all pages at once; pages in order.

    A single leaf keeps every value that a page gave it: printed ones before inferred ones, then by
    score. Lists follow each other with consecutive indices. Of asides of one name the best is kept.
    ValueError when there is no draft.
    """
    first, *_ = drafts
    offered: dict[Pointer, list[Candidate]] = {}
    asides: dict[str, list[Candidate]] = {}
    lengths: dict[Pointer, int] = {}
    for draft in drafts:
        for pointer, candidates in draft.candidates.items():
            offered.setdefault(_moved(pointer, lengths), []).extend(candidates)
        for name, candidate in draft.asides.items():
            asides.setdefault(name, []).append(candidate)
        lengths = _grown(lengths, draft.candidates)
    return Draft(
        reader=first.reader,
        candidates={pointer: _ranked(found) for pointer, found in offered.items()},
        asides={name: _ranked(found)[0] for name, found in asides.items()},
    )


def _split(pointer: Pointer) -> tuple[Pointer, int, str] | None:
    """ "/items/3/price" → "/items", 3, "/price": the outermost list; None where there is none."""
    steps = pointer.split("/")
    for place, step in enumerate(steps):
        if step.isdecimal():
            rest = steps[place + 1 :]
            return "/".join(steps[:place]), int(step), "".join(f"/{name}" for name in rest)
    return None


def _moved(pointer: Pointer, lengths: dict[Pointer, int]) -> Pointer:
    """The pointer behind what earlier pages gave the same list."""
    if (parts := _split(pointer)) is None:
        return pointer
    prefix, index, rest = parts
    return f"{prefix}/{index + lengths.get(prefix, 0)}{rest}"


def _grown(lengths: dict[Pointer, int], pointers: Iterable[Pointer]) -> dict[Pointer, int]:
    """How long each list is after a page with these pointers."""
    grown = dict(lengths)
    for pointer in pointers:
        if (parts := _split(pointer)) is not None:
            prefix, index, _ = parts
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
