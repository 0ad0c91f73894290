"""The documents of a file: every format shows each, in the order in which they stand there."""

from collections.abc import Sequence

from vouch.schemas.geometry import Bbox, Polygon
from vouch.schemas.record import Record, RecordDocument

_INSIDE = 0.5
"""Share of a line that lies in its document."""


def documents_of(record: Record) -> Sequence[RecordDocument]:
    """Each document of a record; the record's own values where the file holds but one."""
    if record.documents:
        return record.documents
    alone = RecordDocument(
        pages=tuple(page.number for page in record.pages),
        decision=record.decision,
        confidence=record.confidence,
        data=record.data,
        fields=record.fields,
    )
    return (alone,)


def number_at(record: Record, page: int, place: Polygon) -> int | None:
    """Which of several documents a place on a page is in, from 1.

    None where the file holds but one, and for what no document on a shared page holds.
    """
    box = Bbox.around(place)
    numbers = (
        number
        for number, document in enumerate(record.documents, start=1)
        if page in document.pages and _holds(document, box)
    )
    return next(numbers, None)


def _holds(document: RecordDocument, box: Bbox) -> bool:
    if document.polygon is None:
        return True
    return box.containment(Bbox.around(document.polygon)) >= _INSIDE
