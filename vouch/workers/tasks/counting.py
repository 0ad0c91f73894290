"""What finished work adds to the metrics: pure functions, counted with the write that they go with.

    jobs.hand_over(…, counts=leg_counts(leg, seconds, left.timings))
    jobs.succeed(…, counts=record_counts(job, record, seconds, datetime.now(UTC)))
    jobs.fail(…, counts=failure_counts(error))

Labels come from bounded sets: names of callers' own schemas are all "custom".
"""

from collections.abc import Mapping
from datetime import datetime

from vouch.schemas.job import Job, JobError, Leg, Stage
from vouch.schemas.record import Record
from vouch.storage.meters import (
    DECISIONS,
    DEGRADED,
    ENGINE_SECONDS,
    FAILED,
    FIELD_CONFIDENCE,
    FIELDS,
    JOB_SECONDS,
    LEG_SECONDS,
    PAGES,
    RECORD_CONFIDENCE,
    STAGE_SECONDS,
    schema_label,
)

Counts = dict[str, float]
_STAGES_OF: dict[Leg, tuple[Stage, ...]] = {
    "depict": ("ingest", "assess"),
    "perceive": ("read", "segment"),
    "interpret": ("route", "extract"),
    "conclude": ("read_rules", "ground", "check", "score", "decide"),
}


def leg_counts(leg: Leg, seconds: float, timings: Mapping[str, float]) -> Counts:
    """Of a leg that took so many seconds; `timings` may hold those of earlier legs too."""
    counts = LEG_SECONDS.observe(seconds, leg=leg)
    for stage in _STAGES_OF[leg]:
        if stage in timings:
            counts |= STAGE_SECONDS.observe(timings[stage], stage=stage)
    return counts


def record_counts(job: Job, record: Record, seconds: float, now: datetime) -> Counts:
    """Of a record, and of the last leg, which took so many seconds. `now` is in UTC."""
    schema = schema_label(job.options)
    waited = max(0.0, (now - job.created_at).total_seconds())
    return {
        **leg_counts("conclude", seconds, record.timings),
        **JOB_SECONDS.observe(waited, schema=schema),
        **DECISIONS.add(outcome=record.decision.outcome, schema=schema),
        **PAGES.add(record.source.pages, schema=schema),
        **_field_counts(record, schema),
        **_engine_counts(record),
        **(DEGRADED.add(reason=record.degraded) if record.degraded else {}),
    }


def failure_counts(error: JobError) -> Counts:
    """Of a job that cannot be done."""
    return FAILED.add(code=error.code)


def _field_counts(record: Record, schema: str) -> Counts:
    counts: Counts = {}
    for field in record.fields.values():
        for name, one in FIELDS.add(status=field.status, schema=schema).items():
            counts[name] = counts.get(name, 0) + one
    sure = [field.confidence for field in record.fields.values() if field.confidence is not None]
    counts |= FIELD_CONFIDENCE.observe(*sure, schema=schema)
    if record.confidence is not None:
        counts |= RECORD_CONFIDENCE.observe(record.confidence, schema=schema)
    return counts


def _engine_counts(record: Record) -> Counts:
    had_a_say = record.provenance
    counts: Counts = {}
    for kind, stage, engine in (
        ("ocr", "read", had_a_say.ocr),
        ("layout", "segment", had_a_say.layout),
        ("vlm", "extract", had_a_say.vlm),
    ):
        if engine is not None and stage in record.timings:
            counts |= ENGINE_SECONDS.add(record.timings[stage], kind=kind, engine=engine.name)
    return counts
