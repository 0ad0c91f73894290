"""One file, several documents: where each begins, and one record that holds them all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vouch.schemas.draft import Draft
from vouch.schemas.job import Options
from vouch.schemas.perception import Perception
from vouch.schemas.record import Decision, Outcome, Reason, Record, RecordDocument
from vouch.schemas.text import PageLayout
from vouch.workers.stages.read_rules import read_rules
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.rules.lexicon import fold

_NUMBER_OF: Mapping[str, str] = {"receipt": "/receipt_number", "invoice": "/number"}
"""The schemas of which a file may hold several, and what numbers them."""
_LEAST_SCORE = 0.35
"""A reading that the reader itself hardly believes begins no document."""
_COUNTED = re.compile(
    r"\b(?:page|seite|pagina|página|pág|blatt|sida|side|strona|strana|sivu|oldal|стр)\.?\s*"
    r"(?P<page>\d{1,3})\s*(?:/|of|von|de|di|van|av|af|z|ze|sur|из)\s*\d{1,3}\b",
    re.IGNORECASE,
)
_WORST_FIRST: tuple[Outcome, ...] = ("reupload", "review", "accept")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a page has of its own that tells documents apart."""

    number: str | None
    date: str | None
    total: str | None
    counted: int | None
    """What the page says that it is the how-manieth of its document."""
    text: str
    """All that is printed, folded."""


def documents_in(layouts: Sequence[PageLayout], options: Options) -> list[range]:
    """Places of the pages of each document, in order; one range where there is but one.

    A document begins on a page with a number (or a date and a total) of its own, behind one that
    has its own already. What is to be masked is looked for in the whole file, which is not split.
    """
    known = options.schema_name in _NUMBER_OF and options.json_schema is None
    if len(layouts) < 2 or not known or options.redact is not None:
        return [range(len(layouts))]
    marks = [_marks(layout, options) for layout in layouts]
    starts = [0]
    for place in range(1, len(marks)):
        before = marks[starts[-1] : place]
        if _begins(marks[place], before, options.schema_name):
            starts.append(place)
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(marks)], strict=True)]


def _marks(layout: PageLayout, options: Options) -> _Marks:
    draft = read_rules(Seen([layout], options.model_copy(update={"readers": "rules"}), None))
    counted = (_COUNTED.search(line.text) for line in layout.lines)
    return _Marks(
        number=_read(draft, _NUMBER_OF[options.schema_name]),
        date=_read(draft, "/date"),
        total=_read(draft, "/total"),
        counted=next((int(found["page"]) for found in counted if found), None),
        text=fold(" ".join(line.text for line in layout.lines)),
    )


def _read(draft: Draft, pointer: str) -> str | None:
    best = next(iter(draft.candidates.get(pointer, ())), None)
    return best.value if best is not None and best.score >= _LEAST_SCORE else None


def _begins(page: _Marks, before: Sequence[_Marks], schema: str) -> bool:
    """Whether a page is the first of another document than the pages right before it."""
    if page.counted is not None and page.counted > 1:
        return False
    numbers = {one.number for one in before if one.number}
    if schema == "invoice":
        return _is_other_number(page, before, numbers)
    if not any(one.total for one in before) or page.total is None:
        return False
    if page.number and numbers:
        return _is_other_number(page, before, numbers)
    moments = {(one.date, one.total) for one in before if one.total}
    # a card slip behind its receipt repeats the total, on the same day
    return page.date is not None and (page.date, page.total) not in moments


def _is_other_number(page: _Marks, before: Sequence[_Marks], numbers: set[str]) -> bool:
    """Another number than those before, which are printed nowhere on this page."""
    if page.number is None or not numbers or page.number in numbers:
        return False
    own = fold(page.number)
    return not any(fold(number) in page.text for number in numbers) and not any(
        own in one.text for one in before
    )


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
