"""The end of the line: everything that was read becomes one Record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from vouch.schemas.builtin import BUILTIN, leaf_pointers, schema_ref
from vouch.schemas.document import Page, Quality, Source
from vouch.schemas.draft import Pointer, Print
from vouch.schemas.grounding import GroundedCandidate, ScoredField
from vouch.schemas.pointers import tree
from vouch.schemas.record import (
    Decision,
    Evidence,
    Field,
    FieldCandidate,
    Parts,
    Provenance,
    Record,
    RecordPage,
    RecordRegion,
    Task,
)
from vouch.schemas.text import PageLayout
from vouch.workers.stages.decide import is_accepted
from vouch.workers.stages.evidence import EvidenceFinder, on_upload

RUNNERS_UP = 3
"""How many rival values a field shows beside its own."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that the stages found out about one document."""

    source: Source
    pages: Sequence[Page]
    qualities: Mapping[int, Quality]
    layouts: Sequence[PageLayout]
    scored: Sequence[ScoredField]
    decision: Decision


def assemble(
    understanding: Understanding,
    record_id: str,
    task: Task,
    schema_name: str,
    provenance: Provenance,
    degraded: str | None,
    timings: Mapping[str, float],
) -> Record:
    """The record that callers get. Its `data` is valid under the schema."""
    fields = _fields(understanding, schema_name)
    accepted = [field.confidence for field in fields.values() if field.accepted]
    return Record(
        id=record_id,
        schema_=schema_ref(schema_name),
        task=task,
        decision=_placed(understanding.decision, fields),
        # Independence is assumed: with errors that come together this is a lower bound.
        confidence=round(prod(accepted), 4) if accepted else None,  # type: ignore[arg-type]
        data=_data(fields, schema_name),
        fields=fields,
        regions=_regions(understanding),
        pages=_pages(understanding),
        source=understanding.source,
        provenance=provenance,
        degraded=degraded,
        timings=dict(timings),
    )


def _placed(decision: Decision, fields: Mapping[Pointer, Field]) -> Decision:
    """The decision with the place of each field that a reason is about."""
    places = {pointer: field.evidence[0] for pointer, field in fields.items() if field.evidence}
    reasons = tuple(
        reason.model_copy(update={"page": place.page, "polygon": place.polygon})
        if (place := places.get(reason.pointer or "")) and reason.page is None
        else reason
        for reason in decision.reasons
    )
    return decision.model_copy(update={"reasons": reasons})


def _fields(understanding: Understanding, schema_name: str) -> dict[Pointer, Field]:
    finder = EvidenceFinder(understanding.layouts, understanding.pages)
    target = understanding.decision.target_precision
    found = {
        scored.field.pointer: _field(scored, finder, target) for scored in understanding.scored
    }
    absent = {
        pointer: Field(value=None, status="absent", confidence=None)
        for pointer in leaf_pointers(schema_name)
        if pointer not in found and "*" not in pointer
    }
    return {**found, **absent}


def _field(scored: ScoredField, finder: EvidenceFinder, target: float) -> Field:
    best = scored.field.best
    return Field(
        value=best.value,
        raw=best.raw,
        status=best.status,
        confidence=round(scored.confidence, 4),
        accepted=is_accepted(scored, target),
        parts=Parts(
            ocr=_rounded(best.signals.get("ocr_lowest")),
            checks=_rounded(scored.checks),
            quality=_rounded(scored.quality),
        ),
        evidence=_evidence(best, finder),
        candidates=_rivals(scored.field.candidates, finder),
    )


def _evidence(candidate: GroundedCandidate, finder: EvidenceFinder) -> tuple[Evidence, ...]:
    """Where the value was read first, then the places that repeat it."""
    prints = (Print(raw=candidate.raw, tokens=candidate.tokens), *candidate.repeats)
    return tuple(
        piece
        for found in prints
        for piece in finder.evidence(found.tokens, candidate.match, found.raw)
    )


def _rounded(signal: float | None) -> float | None:
    return None if signal is None else round(signal, 4)


def _rivals(
    candidates: Sequence[GroundedCandidate], finder: EvidenceFinder
) -> tuple[FieldCandidate, ...]:
    """The best value and its rivals; nothing when nobody disagrees."""
    values = {candidate.value: candidate for candidate in reversed(candidates)}
    if len(values) < 2:
        return ()
    shown = sorted(values.values(), key=candidates.index)[: 1 + RUNNERS_UP]
    return tuple(
        FieldCandidate(
            reader=candidate.reader,
            value=candidate.value,
            evidence=finder.evidence(candidate.tokens, candidate.match, candidate.raw),
        )
        for candidate in shown
    )


def _data(fields: Mapping[Pointer, Field], schema_name: str) -> dict[str, Any]:
    leaves = {pointer: field.value for pointer, field in fields.items()}
    return BUILTIN[schema_name].model_validate(tree(leaves)).model_dump(mode="json")


def _regions(understanding: Understanding) -> tuple[RecordRegion, ...]:
    pages = {page.number: page for page in understanding.pages}
    return tuple(
        RecordRegion(
            id=region.id,
            kind=region.kind,
            page=region.page,
            polygon=on_upload(region.polygon, layout.tokens.transform, pages[region.page]),
            score=region.score,
        )
        for layout in understanding.layouts
        for region in layout.regions
    )


def _pages(understanding: Understanding) -> tuple[RecordPage, ...]:
    transforms = {layout.page: layout.tokens.transform for layout in understanding.layouts}
    return tuple(
        RecordPage(
            number=page.number,
            width=page.width,
            height=page.height,
            transform=transforms[page.number],
            quality=understanding.qualities[page.number],
        )
        for page in understanding.pages
    )
