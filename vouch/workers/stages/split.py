"""One file, several documents: where each begins, and one record that holds them all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Options
from vouch.schemas.perception import Perception
from vouch.schemas.record import Decision, Outcome, Reason, Record, RecordDocument, RecordRegion
from vouch.schemas.text import PageLayout
from vouch.workers.stages.apart import pieces, within
from vouch.workers.stages.boundaries import TELLING, WEIGHTS, begins, marks_of

_WORST_FIRST: tuple[Outcome, ...] = ("reupload", "review", "accept")


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a document stands in its file."""

    places: range
    """Of its pages."""
    words: tuple[int, ...] = ()
    """Those of its only page's tokens that are its own; empty: all."""

    def of(self, layouts: Sequence[PageLayout]) -> Sequence[PageLayout]:
        """What it prints."""
        own = layouts[self.places.start : self.places.stop]
        return [within(layout, self.words) for layout in own] if self.words else own


def documents_in(layouts: Sequence[PageLayout], options: Options) -> list[Extent]:
    """Where each document stands, in order; one extent where there is but one.

    A document begins on a page that says another number, date, total or telephone number than the
    pages before it, behind a total: see `boundaries`. Receipts may also share a page: see `apart`.
    """
    if options.schema_name not in TELLING or options.json_schema is not None:
        return [Extent(range(len(layouts)))]
    found: list[Extent] = []
    first = 0
    for place, layout in enumerate(layouts):
        shared = pieces(layout, options) if options.schema_name == "receipt" else []
        if len(shared) > 1:
            found += _whole_pages(layouts, range(first, place), options)
            found += [Extent(range(place, place + 1), words) for words in shared]
            first = place + 1
    return [*found, *_whole_pages(layouts, range(first, len(layouts)), options)]


def _whole_pages(layouts: Sequence[PageLayout], places: range, options: Options) -> list[Extent]:
    """The documents among pages that no two documents share."""
    if len(places) < 2:
        return [Extent(places)] if places else []
    marks = {place: marks_of(layouts[place], options) for place in places}
    starts = [places.start]
    for place in places[1:]:
        before = [marks[one] for one in range(starts[-1], place)]
        if begins(marks[place], before, WEIGHTS[options.schema_name]):
            starts.append(place)
    ends = [*starts[1:], places.stop]
    return [Extent(range(start, end)) for start, end in zip(starts, ends, strict=True)]


def gathered(
    records: Sequence[Record],
    areas: Sequence[Polygon | None],
    perception: Perception,
    timings: Mapping[str, float],
) -> Record:
    """One record of a file with several documents: the first one's, and all of them.

    `areas`: of those that share a page, where they stand on it.

    It is not accepted as it is: who binds to `data` alone would lose the other documents.
    """
    documents = tuple(
        RecordDocument(
            pages=tuple(page.number for page in record.pages),
            polygon=area,
            decision=record.decision,
            confidence=record.confidence,
            data=record.data,
            fields=record.fields,
        )
        for record, area in zip(records, areas, strict=True)
    )
    pages = {page.number: page for record in reversed(records) for page in record.pages}
    return records[0].model_copy(
        update={
            "decision": _of_all(records),
            "documents": documents,
            "regions": tuple(_regions(records)),
            "pages": tuple(pages[number] for number in sorted(pages)),
            "source": perception.source,
            "timings": dict(timings),
        }
    )


def _regions(records: Sequence[Record]) -> Iterator[RecordRegion]:
    """Those of all documents; of documents on one page, each with a name of its own."""
    names: set[str] = set()
    for number, record in enumerate(records, start=1):
        for region in record.regions:
            name = region.id if region.id not in names else f"d{number}{region.id}"
            names.add(name)
            yield region.model_copy(update={"id": name})


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
