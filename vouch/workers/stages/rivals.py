"""What a person sees of a field: where its value is printed, and what else was offered for it."""

from collections.abc import Iterator, Sequence

from vouch.schemas.draft import Print, TokenRef
from vouch.schemas.grounding import GroundedCandidate
from vouch.schemas.record import Evidence, FieldCandidate, Match
from vouch.schemas.shape import LeafShape
from vouch.workers.stages.evidence import EvidenceFinder
from vouch.workers.stages.meaning import key_of

RUNNERS_UP = 3
"""How many rival values a field shows beside its own."""


def evidence_of(candidate: GroundedCandidate, finder: EvidenceFinder) -> tuple[Evidence, ...]:
    """Where the value was read first, then where the other reader has it from, then repetitions."""
    shown: set[TokenRef] = set()
    pieces: list[Evidence] = []
    for found, match in _prints(candidate):
        if not found.tokens or not shown.issuperset(found.tokens):
            pieces += finder.evidence(found.tokens, match, found.raw)
            shown.update(found.tokens)
    if candidate.place is not None and not pieces:
        pieces.append(finder.seen(candidate.place))
    return tuple(pieces)


def _prints(candidate: GroundedCandidate) -> Iterator[tuple[Print, Match]]:
    for one in (candidate, candidate.seconded):
        if one is not None:
            yield Print(raw=one.raw, tokens=one.tokens), one.match
    for one in (candidate, candidate.seconded):
        if one is not None:
            yield from ((found, one.match) for found in one.repeats)


def rivals(
    candidates: Sequence[GroundedCandidate], leaf: LeafShape, finder: EvidenceFinder
) -> tuple[FieldCandidate, ...]:
    """The best value and its rivals; nothing when nobody disagrees, unless no reader of the pages
    has it.

    A value that both readers offer stands there for each of them, with what each read it from.
    """
    first: dict[str, GroundedCandidate] = {}
    for candidate in candidates:
        first.setdefault(key_of(candidate.value), candidate)
    if len(first) < 2 and candidates[0].reader != "xml":
        return ()
    shown = list(first.values())[: 1 + RUNNERS_UP]
    return tuple(
        FieldCandidate(
            reader=one.reader,
            value=leaf.read(one.value),
            evidence=finder.evidence(one.tokens, one.match, one.raw),
        )
        for candidate in shown
        for one in (candidate, candidate.seconded)
        if one is not None
    )
