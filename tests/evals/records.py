"""Small records for tests of the scoreboard and of printing."""

from datetime import UTC, datetime

from vouch.schemas.document import Quality, Source
from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.record import (
    Decision,
    Engine,
    Evidence,
    Field,
    Outcome,
    Provenance,
    Reason,
    Record,
    RecordPage,
    SchemaRef,
)

_ENGINE = Engine(name="test", digest="0" * 64)
_QUALITY = Quality(
    sharpness=0.8, sharpness_lowest_tile=0.7, exposure=0.6, contrast=0.8, glare=0, skew=0, cropped=0
)


def field(
    value: str | None,
    confidence: float | None = 0.9,
    *,
    accepted: bool = True,
    at: tuple[float, float, float, float] | None = None,
) -> Field:
    """A field, with evidence in the box `at` of page 1 where it is given."""
    seen: tuple[Evidence, ...] = ()
    if at is not None:
        polygon = Bbox(left=at[0], top=at[1], right=at[2], bottom=at[3]).polygon
        norm = tuple((x / 100, y / 200) for x, y in polygon)
        seen = (
            Evidence(page=1, polygon=polygon, polygon_norm=norm, text=str(value), match="exact"),
        )
    return Field(
        value=value,
        status="absent" if value is None else "grounded",
        confidence=None if value is None else confidence,
        accepted=accepted and value is not None,
        evidence=seen,
    )


def record(fields: dict[str, Field], outcome: Outcome = "accept") -> Record:
    """A record of one page of 100 × 200 pixels."""
    reasons = (
        () if outcome == "accept" else (Reason(code="unsure", pointer="/total", hint="Look."),)
    )
    page = RecordPage(number=1, width=100, height=200, transform=Transform(), quality=_QUALITY)
    return Record(
        id="r1",
        schema_=SchemaRef(name="receipt", version="1", digest="0" * 64),
        decision=Decision(outcome=outcome, target_precision=0.95, reasons=reasons),
        confidence=0.9,
        data={},
        fields=fields,
        regions=(),
        pages=(page,),
        source=Source(
            sha256="0" * 64,
            media_type="image/jpeg",
            bytes=1,
            pages=1,
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        provenance=Provenance(
            ocr=_ENGINE, layout=_ENGINE, calibration=_ENGINE, policy=_ENGINE, schema_=_ENGINE
        ),
        timings={"read": 2.0, "decide": 0.5},
    )
