"""The stage `redact`: what the caller wants masked is found, and taken out of the record."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vouch.schemas.document import Page, Quality
from vouch.schemas.record import Decision, Reason, Record, RecordDocument
from vouch.schemas.redaction import Redaction, Redactions, SecretKind
from vouch.schemas.shape import JsonSchema
from vouch.schemas.text import PageLayout
from vouch.workers.images import RgbImage
from vouch.workers.stages.redacting.doubting import doubts
from vouch.workers.stages.redacting.finding import (
    FoundOn,
    coded_places,
    found_on,
    known_from,
    printed_places,
)
from vouch.workers.stages.redacting.masking import Mask, masked_record, touched

_HINT = "Look at this place: whether it shows something that should be masked cannot be judged."

Pictures = Callable[[int], RgbImage]
"""A page's pixels in the upload frame, by its number; one page at a time is asked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it was uploaded and read: where a record's texts come from."""

    pages: Sequence[Page]
    layouts: Sequence[PageLayout]
    qualities: Mapping[int, Quality]
    pictures: Pictures


def masked_layouts(
    layouts: Sequence[PageLayout], kinds: Sequence[SecretKind]
) -> tuple[PageLayout, ...]:
    """What is printed on the pages, masked: a secret of one page is one on all of them."""
    return tuple(found.masked for found in found_on(layouts, kinds))


def redact(
    record: Record, shown: Shown, kinds: Sequence[SecretKind], json_schema: JsonSchema
) -> Record:
    """The record with secrets of these kinds masked, and an account of it.

    Its places are those where pages must be painted over (`redacting.painting`). Not sure of all
    that the pages show, it wants a person to look. RedactionFailed.
    """
    found = found_on(shown.layouts, kinds)
    places = tuple(_places(found, shown, kinds))
    masked = masked_record(record, Mask(kinds, known_from(found), places), json_schema)
    seen = {place.kind for place in places}
    account = Redactions(
        looked_for=tuple(kinds),
        not_found=tuple(kind for kind in kinds if kind not in seen),
        places=tuple(_accounted(place, record, masked) for place in places),
    )
    documents = tuple(_doubted_document(one, account.places) for one in masked.documents)
    decision = _doubted(masked.decision, account.places)
    return masked.model_copy(
        update={"redactions": account, "decision": decision, "documents": documents}
    )


def _places(
    found: Sequence[FoundOn], shown: Shown, kinds: Sequence[SecretKind]
) -> Iterator[Redaction]:
    for on_page, upload in zip(found, shown.pages, strict=True):
        image = shown.pictures(upload.number)
        yield from printed_places(on_page, upload, image)
        yield from coded_places(image, upload, kinds)
        yield from doubts(on_page, upload, shown.qualities[upload.number])


def _accounted(place: Redaction, before: Record, after: Record) -> Redaction:
    if place.status == "unsure":
        return place
    return place.model_copy(update={"pointers": touched(before, after, place)})


def _doubted_document(document: RecordDocument, places: Sequence[Redaction]) -> RecordDocument:
    """The same of one of several documents, about its own pages."""
    own = [place for place in places if place.page in document.pages]
    return document.model_copy(update={"decision": _doubted(document.decision, own)})


def _doubted(decision: Decision, places: Sequence[Redaction]) -> Decision:
    """Nobody accepts unseen what may still show a secret: a reason for each page that may."""
    doubtful: dict[int, Redaction] = {}
    for place in places:
        if place.status == "unsure":
            doubtful.setdefault(place.page, place)
    if not doubtful:
        return decision
    reasons = tuple(
        Reason(code="redaction_unsure", page=page, polygon=place.polygon, hint=_HINT)
        for page, place in doubtful.items()
    )
    outcome = "review" if decision.outcome == "accept" else decision.outcome
    return decision.model_copy(
        update={"outcome": outcome, "reasons": (*decision.reasons, *reasons)}
    )
