"""Verdicts of many documents → the one object that `vouch eval` prints last."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer

from vouch.evals.calibration import (
    Scored,
    accuracy_at_coverage,
    aurc,
    auroc,
    coverage_at_precision,
    ece,
)
from vouch.evals.drafts import DraftCounts, total
from vouch.evals.judge import Verdict
from vouch.schemas.draft import Pointer
from vouch.schemas.job import JobError, Readers
from vouch.schemas.record import Outcome, Record
from vouch.schemas.value import Value

Share = Annotated[float, PlainSerializer(lambda share: round(share, 4))]
"""0 to 1; four digits are more than any data set here can support."""


class PointerScore(Value):
    """How well one pointer is read. None where nothing was there to be counted."""

    precision: Share | None
    """Share of given values that are right."""
    recall: Share | None
    """Share of the documents' values that were given rightly."""
    f1: Share | None
    token_f1: Share | None = None
    """Free text only: mean over the documents' values, 0 for a value that was not given."""
    coverage: Share | None
    """Share of the documents' values for which any value was given."""
    attributed_accuracy: Share | None = None
    """Share of values with a labelled region that are right and point at it."""
    support: int
    """Values that are on the documents."""


class Scoreboard(Value):
    """All metrics of one data set."""

    dataset: str
    documents: int
    failed: int
    """Documents that gave no record."""
    reused: int = 0
    """Documents whose perception was kept from an earlier run."""
    pointers: dict[Pointer, PointerScore]
    micro_f1: Share | None
    attributed_accuracy: Share | None
    ece: Share | None
    auroc: Share | None
    aurc: Share | None
    accuracy_at_coverage: dict[str, Share | None]
    coverage_at_precision: dict[str, Share | None]
    decisions: dict[Outcome, int]
    wrong_and_accepted: int
    """Documents decided `accept` that hold an accepted, wrong value."""
    wrong_total_not_accepted: Share | None
    """Share of the documents with a wrong or missing total that are not decided `accept`."""
    items_raw: dict[Pointer, PointerScore]
    """Columns of line items against printed forms; apart from the rest, not in micro_f1."""
    seconds_per_page: dict[str, float]
    readers: Readers = "both"
    drafts: DraftCounts | None = None
    """What the VLM reader drafted; None where it was not asked."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One document of a data set: what came of it, and how right that is."""

    file: str
    record: Record | None
    error: JobError | None
    reused: bool
    verdicts: tuple[Verdict, ...]
    items_raw: tuple[Verdict, ...] = ()
    readers: Readers = "both"
    drafted: DraftCounts | None = None

    @property
    def accepted(self) -> bool:
        return self.record is not None and self.record.decision.outcome == "accept"


def pointer_score(verdicts: Sequence[Verdict]) -> PointerScore:
    """Counts of one pointer → its score."""
    right = sum(verdict.right for verdict in verdicts)
    given = sum(verdict.given is not None for verdict in verdicts)
    there = [verdict for verdict in verdicts if verdict.expected]
    return PointerScore(
        precision=_share(right, given),
        recall=_share(right, len(there)),
        f1=f1(verdicts),
        token_f1=_mean(v.token_f1 for v in there if v.token_f1 is not None),
        coverage=_share(sum(verdict.given is not None for verdict in there), len(there)),
        attributed_accuracy=_mean(v.attributed for v in there if v.attributed is not None),
        support=len(there),
    )


def f1(verdicts: Iterable[Verdict]) -> float | None:
    """Harmonic mean of precision and recall over all verdicts: 2·TP / (2·TP + FP + FN)."""
    right = mistakes = 0
    for verdict in verdicts:
        right += verdict.right
        mistakes += verdict.wrong + verdict.missed
    return _share(2 * right, 2 * right + mistakes)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: Iterable[float]) -> float | None:
    held = list(values)
    return _share(sum(held), len(held))


def by_pointer(verdicts: Iterable[Verdict]) -> dict[Pointer, PointerScore]:
    """The score of each pointer, in alphabetical order."""
    held: dict[Pointer, list[Verdict]] = {}
    for verdict in verdicts:
        held.setdefault(verdict.pointer, []).append(verdict)
    return {pointer: pointer_score(held[pointer]) for pointer in sorted(held)}


def scored_values(verdicts: Iterable[Verdict]) -> list[Scored]:
    """Confidence and rightness of every given value."""
    return [
        (verdict.confidence, verdict.right)
        for verdict in verdicts
        if verdict.given is not None and verdict.confidence is not None
    ]


def seconds_per_page(records: Sequence[Record]) -> dict[str, float]:
    """Wall seconds of each stage over all pages."""
    spent: Counter[str] = Counter()
    for record in records:
        spent.update(record.timings)
    pages = sum(len(record.pages) for record in records)
    return {stage: round(seconds / pages, 4) for stage, seconds in spent.items()}


def _wrong_total_not_accepted(judged: Sequence[Judged]) -> float | None:
    return _mean(
        not one.accepted
        for one in judged
        for verdict in one.verdicts
        if verdict.pointer == "/total" and verdict.missed
    )


def scoreboard(dataset: str, judged: Sequence[Judged]) -> Scoreboard:
    """All documents of a data set → its metrics."""
    verdicts = [verdict for one in judged for verdict in one.verdicts]
    scored = scored_values(verdicts)
    records = [one.record for one in judged if one.record is not None]
    outcomes = Counter(record.decision.outcome for record in records)
    return Scoreboard(
        dataset=dataset,
        documents=len(judged),
        failed=len(judged) - len(records),
        reused=sum(one.reused for one in judged),
        pointers=by_pointer(verdicts),
        micro_f1=f1(verdicts),
        attributed_accuracy=_mean(v.attributed for v in verdicts if v.attributed is not None),
        ece=ece(scored),
        auroc=auroc(scored),
        aurc=aurc(scored),
        accuracy_at_coverage={str(c): accuracy_at_coverage(scored, c) for c in (0.8, 0.9, 1.0)},
        coverage_at_precision={"0.99": coverage_at_precision(scored, 0.99)},
        decisions={name: outcomes[name] for name in ("accept", "review", "reupload")},
        wrong_and_accepted=sum(
            one.accepted and any(v.wrong and v.accepted for v in one.verdicts) for one in judged
        ),
        wrong_total_not_accepted=_wrong_total_not_accepted(judged),
        items_raw=by_pointer(verdict for one in judged for verdict in one.items_raw),
        seconds_per_page=seconds_per_page(records),
        readers=judged[0].readers if judged else "both",
        drafts=total(one.drafted for one in judged if one.drafted is not None),
    )


def scoreboards(dataset: str, judged: Sequence[Judged]) -> dict[Readers, Scoreboard]:
    """The metrics of each choice of readers, in the order in which they come."""
    choices = dict.fromkeys(one.readers for one in judged)
    return {
        who: scoreboard(dataset, [one for one in judged if one.readers == who]) for who in choices
    }


def compared(boards: Mapping[Readers, Scoreboard]) -> str:
    """Several scoreboards as one line of JSON, by their readers."""
    return json.dumps({who: board.model_dump(mode="json") for who, board in boards.items()})
