"""The end of the line: everything that was read becomes one Record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from pydantic import JsonValue

from vouch.schemas.document import Page, Quality, Source
from vouch.schemas.draft import Certainty, Pointer
from vouch.schemas.errors import SchemaUnmet, VisionUnavailable
from vouch.schemas.grounding import GroundedCandidate, ScoredField
from vouch.schemas.record import (
    Decision,
    Field,
    Parts,
    Provenance,
    Reason,
    Record,
    RecordPage,
    RecordRegion,
    Task,
)
from vouch.schemas.routing import Routing
from vouch.schemas.shape import LeafShape, Shape
from vouch.schemas.text import PageLayout
from vouch.schemas.wanted import WantedSchema
from vouch.workers.stages.decide import is_accepted
from vouch.workers.stages.evidence import EvidenceFinder, on_upload
from vouch.workers.stages.filling import absent_pointers, filled, placed, proved
from vouch.workers.stages.rivals import evidence_of, rivals


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
    schema: WantedSchema,
    provenance: Provenance,
    degraded: str | None,
    timings: Mapping[str, float],
    routing: Routing | None = None,
) -> Record:
    """The record that callers get. Its `data` is valid under the schema.

    When it cannot be: SchemaUnmet, or VisionUnavailable where a reader was missing.
    """
    shape = schema.shape
    fields = _fields(understanding, shape)
    accepted = [field.confidence for field in fields.values() if field.accepted]
    return Record(
        id=record_id,
        schema_=schema.ref,
        task=task,
        decision=_placed(understanding.decision, fields),
        # Independence is assumed: with errors that come together this is a lower bound.
        confidence=round(prod(accepted), 4) if accepted else None,  # type: ignore[arg-type]
        data=_data(understanding.scored, schema, degraded),
        fields=fields,
        routing=routing,
        regions=_regions(understanding),
        pages=_pages(understanding),
        source=understanding.source,
        provenance=provenance,
        degraded=degraded,
        timings=dict(timings),
    )


def _placed(decision: Decision, fields: Mapping[Pointer, Field]) -> Decision:
    """The decision with the place of each field that a reason is about."""
    reasons = tuple(_placed_reason(reason, fields) for reason in decision.reasons)
    return decision.model_copy(update={"reasons": reasons})


def _placed_reason(reason: Reason, fields: Mapping[Pointer, Field]) -> Reason:
    field = None if reason.pointer is None else fields.get(reason.pointer)
    if field is None or not field.evidence or reason.page is not None:
        return reason
    place = field.evidence[0]
    return reason.model_copy(update={"page": place.page, "polygon": place.polygon})


def _fields(understanding: Understanding, shape: Shape) -> dict[Pointer, Field]:
    """Every leaf that was found, where it stands in `data`; then those that were not."""
    finder = EvidenceFinder(understanding.layouts, understanding.pages)
    target = understanding.decision.target_precision
    scored = {one.field.pointer: one for one in understanding.scored}
    found = {
        pointer: _field(one, leaf, finder, target) for pointer, leaf, one in placed(shape, scored)
    }
    absent = {
        pointer: Field(value=None, status="absent", confidence=None)
        for pointer in absent_pointers(shape)
        if pointer not in found
    }
    return {**found, **absent}


def _field(scored: ScoredField, leaf: LeafShape, finder: EvidenceFinder, target: float) -> Field:
    best = scored.field.best
    return Field(
        value=leaf.read(best.value),
        raw=best.raw,
        status=best.status,
        confidence=round(scored.confidence, 4),
        accepted=is_accepted(scored, target),
        parts=Parts(
            ocr=_rounded(best.signals.get("ocr_lowest")),
            vlm=_certainty(best),
            agreement=_agreement(best),
            checks=_rounded(scored.checks),
            quality=_rounded(scored.quality),
        ),
        evidence=evidence_of(best, finder),
        candidates=rivals(scored.field.candidates, leaf, finder),
    )


def _rounded(signal: float | None) -> float | None:
    return None if signal is None else round(signal, 4)


def _agreement(best: GroundedCandidate) -> float | None:
    """1 where both readers say it, 0 where they differ; None where only one has a say."""
    if "agree" in best.signals:
        return 1.0
    return 0.0 if "disagree" in best.signals else None


def _certainty(best: GroundedCandidate) -> Certainty | None:
    """That of the VLM reader, where it offers this value."""
    return best.certainty or (best.seconded.certainty if best.seconded else None)


def _data(scored: Sequence[ScoredField], schema: WantedSchema, degraded: str | None) -> JsonValue:
    """The best values under the caller's schema, proved to be valid under it."""
    values = {one.field.pointer: one.field.best.value for one in scored}
    try:
        return proved(schema.json_schema, filled(schema.shape, values))
    except SchemaUnmet as unmet:
        if degraded is None:
            raise
        raise VisionUnavailable(f"{unmet} (degraded: {degraded})") from None


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
