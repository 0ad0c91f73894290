"""The stage `ground`: every claimed value is looked for on the page."""

from collections.abc import Sequence

from vouch.schemas.draft import Candidate, Draft, Reader
from vouch.schemas.grounding import GroundedCandidate, GroundedField
from vouch.schemas.record import Match, Status
from vouch.schemas.text import PageLayout
from vouch.workers.stages.aligning import Alignment, DocumentText, squeezed
from vouch.workers.stages.meaning import follows

_MATCH_SIGNAL: dict[Match, float] = {
    "exact": 1.0,
    "normalised": 0.9,
    "fuzzy": 0.5,
    "seen": 1.0,
    "none": 0.0,
}


def ground(draft: Draft, layouts: Sequence[PageLayout]) -> tuple[GroundedField, ...]:
    """One reader's candidates with their tokens; a pointer without candidates is left out."""
    document = DocumentText(layouts)
    return tuple(
        GroundedField(
            pointer=pointer,
            candidates=tuple(_grounded(one, draft.reader, document) for one in candidates),
        )
        for pointer, candidates in draft.candidates.items()
        if candidates
    )


def _grounded(candidate: Candidate, reader: Reader, document: DocumentText) -> GroundedCandidate:
    if candidate.place is not None and not candidate.raw:
        return _seen(candidate, reader)
    alignment = document.align(candidate.raw, candidate.tokens)
    scores = document.scores_of(alignment.tokens)
    added = {"match": _MATCH_SIGNAL[alignment.match], "reader_score": candidate.score}
    if scores:
        added |= {"ocr_lowest": min(scores), "ocr_mean": sum(scores) / len(scores)}
    return GroundedCandidate(
        reader=reader,
        value=candidate.value,
        raw=candidate.raw,
        status=_status(candidate, reader, alignment, document),
        match=alignment.match,
        tokens=alignment.tokens,
        place=candidate.place,
        repeats=tuple(
            found for found in candidate.repeats if document.prints(found.raw, found.tokens)
        ),
        signals={**candidate.signals, **added},
        certainty=candidate.certainty,
    )


def _seen(candidate: Candidate, reader: Reader) -> GroundedCandidate:
    """What no word says has no words to be looked for: it stands where it was seen."""
    return GroundedCandidate(
        reader=reader,
        value=candidate.value,
        raw="",
        status="computed",
        match="seen",
        tokens=(),
        place=candidate.place,
        signals={
            **candidate.signals,
            "match": _MATCH_SIGNAL["seen"],
            "reader_score": candidate.score,
        },
        certainty=candidate.certainty,
    )


def _status(
    candidate: Candidate, reader: Reader, alignment: Alignment, document: DocumentText
) -> Status:
    is_inferred = _is_inferred(candidate, reader)
    if is_inferred and not candidate.raw:
        return "inferred"
    if alignment.match == "none":
        return "ungrounded"
    if document.is_cut(alignment.tokens):
        return "illegible"
    if is_inferred:
        return "inferred"
    if candidate.signals.get("computed", 0.0) >= 1.0:
        return "computed"
    same = squeezed(candidate.value).casefold() in squeezed(candidate.raw).casefold()
    return "grounded" if same else "normalised"


def _is_inferred(candidate: Candidate, reader: Reader) -> bool:
    """Marked as such, or more than what is printed says.

    The rules only write what they have read; a model may write anything beside what it copied.
    """
    if candidate.signals.get("inferred", 0.0) >= 1.0:
        return True
    return reader == "vlm" and not follows(candidate.value, candidate.raw)
