"""The stage `ground`: every claimed value is looked for on the page."""

from collections.abc import Sequence

from vouch.schemas.draft import Candidate, Draft, Reader
from vouch.schemas.grounding import GroundedCandidate, GroundedField
from vouch.schemas.record import Match, Status
from vouch.schemas.text import PageLayout
from vouch.workers.stages.aligning import Alignment, DocumentText, squeezed

_MATCH_SIGNAL: dict[Match, float] = {"exact": 1.0, "normalised": 0.9, "fuzzy": 0.5, "none": 0.0}


def ground(drafts: Sequence[Draft], layouts: Sequence[PageLayout]) -> tuple[GroundedField, ...]:
    """The candidates of all readers with their tokens; a pointer without candidates is left out."""
    document = DocumentText(layouts)
    pointers = dict.fromkeys(pointer for draft in drafts for pointer in draft.candidates)
    fields = (
        GroundedField(
            pointer=pointer,
            candidates=tuple(
                _grounded(candidate, draft.reader, document)
                for draft in drafts
                for candidate in draft.candidates.get(pointer, ())
            ),
        )
        for pointer in pointers
    )
    return tuple(field for field in fields if field.candidates)


def _grounded(candidate: Candidate, reader: Reader, document: DocumentText) -> GroundedCandidate:
    alignment = document.align(candidate.raw, candidate.tokens)
    scores = document.scores_of(alignment.tokens)
    added = {"match": _MATCH_SIGNAL[alignment.match], "reader_score": candidate.score}
    if scores:
        added |= {"ocr_lowest": min(scores), "ocr_mean": sum(scores) / len(scores)}
    return GroundedCandidate(
        reader=reader,
        value=candidate.value,
        raw=candidate.raw,
        status=_status(candidate, alignment, document),
        match=alignment.match,
        tokens=alignment.tokens,
        repeats=tuple(
            found for found in candidate.repeats if document.prints(found.raw, found.tokens)
        ),
        signals={**candidate.signals, **added},
    )


def _status(candidate: Candidate, alignment: Alignment, document: DocumentText) -> Status:
    if alignment.match == "none":
        return "ungrounded"
    if document.is_cut(alignment.tokens):
        return "illegible"
    if candidate.signals.get("inferred", 0.0) >= 1.0:
        return "inferred"
    same = squeezed(candidate.value).casefold() in squeezed(candidate.raw).casefold()
    return "grounded" if same else "normalised"
