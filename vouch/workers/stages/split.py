"""One file, several documents: where each begins, and one record that holds them all."""

from collections.abc import Mapping, Sequence

from vouch.schemas.job import Options
from vouch.schemas.perception import Perception
from vouch.schemas.record import Decision, Outcome, Reason, Record, RecordDocument
from vouch.schemas.text import PageLayout
from vouch.workers.stages.boundaries import TELLING, begins, marks_of

_WORST_FIRST: tuple[Outcome, ...] = ("reupload", "review", "accept")


def documents_in(layouts: Sequence[PageLayout], options: Options) -> list[range]:
    """Places of the pages of each document, in order; one range where there is but one.

    A document begins on a page that says another number, date, total or telephone number than the
    pages before it, behind a total: see `boundaries`.
    """
    known = options.schema_name in TELLING and options.json_schema is None
    if len(layouts) < 2 or not known:
        return [range(len(layouts))]
    marks = [marks_of(layout, options) for layout in layouts]
    starts = [0]
    for place in range(1, len(marks)):
        if begins(marks[place], marks[starts[-1] : place], options.schema_name):
            starts.append(place)
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(marks)], strict=True)]


def gathered(
    records: Sequence[Record], perception: Perception, timings: Mapping[str, float]
) -> Record:
    """One record of a file with several documents: the first one's, and all of them.

    It is not accepted as it is: who binds to `data` alone would lose the other documents.
    """
    documents = tuple(
        RecordDocument(
            pages=tuple(page.number for page in record.pages),
            decision=record.decision,
            confidence=record.confidence,
            data=record.data,
            fields=record.fields,
        )
        for record in records
    )
    return records[0].model_copy(
        update={
            "decision": _of_all(records),
            "documents": documents,
            "regions": tuple(region for record in records for region in record.regions),
            "pages": tuple(page for record in records for page in record.pages),
            "source": perception.source,
            "timings": dict(timings),
        }
    )


def _of_all(records: Sequence[Record]) -> Decision:
    """The worst outcome, but never `accept`, and why."""
    first = records[0].decision
    outcomes = {record.decision.outcome for record in records} | {"review"}
    hint = f"The file holds {len(records)} documents: take each from `documents`."
    several = Reason(code="several_documents", hint=hint)
    return first.model_copy(
        update={
            "outcome": next(outcome for outcome in _WORST_FIRST if outcome in outcomes),
            "reasons": (several, *first.reasons),
        }
    )
