from collections.abc import Mapping
from datetime import timedelta

import pytest

from vouch.schemas.job import LEGS, STAGES, Job, JobError, Leg
from vouch.schemas.record import Engine, Record
from vouch.storage.meters import METERS, parsed_tally
from vouch.workers.tasks.counting import failure_counts, leg_counts, record_counts

TIMINGS = dict.fromkeys(map(str, STAGES), 0.25)
LABELS = {meter.name: set(meter.labels) for meter in METERS}


@pytest.mark.parametrize(
    ("leg", "stages"),
    [
        ("depict", {"ingest", "assess"}),
        ("perceive", {"read", "segment"}),
        ("interpret", {"route", "extract"}),
        ("conclude", {"read_rules", "ground", "check", "score", "decide"}),
    ],
)
def test_a_leg_counts_its_own_stages_only(leg: Leg, stages: set[str]) -> None:
    seen = list(parsed_tally(leg_counts(leg, 2.0, TIMINGS)))
    assert {labels["stage"] for _, labels, _ in seen if "stage" in labels} == stages
    assert ("vouch_leg_seconds_sum", {"leg": leg}, 2.0) in seen


def test_every_stage_is_of_one_leg() -> None:
    counts: dict[str, float] = {}
    for leg in LEGS:
        seen = leg_counts(leg, 1.0, TIMINGS)
        assert counts.keys().isdisjoint(seen)
        counts |= seen
    assert total(counts, "vouch_stage_seconds_bucket") == len(STAGES)


def test_a_record_is_counted_by_its_decision_its_confidence_and_its_fields(
    job: Job, record: Record
) -> None:
    now = job.created_at + timedelta(seconds=42)
    seen = record_counts(job, record, 0.5, now)
    assert seen['vouch_decisions_total{outcome="review",schema="receipt"}'] == 1
    assert seen['vouch_job_seconds_bucket{schema="receipt",le="100"}'] == 1
    assert seen['vouch_job_seconds_sum{schema="receipt"}'] == 42
    assert seen['vouch_record_confidence_bucket{schema="receipt",le="0.99"}'] == 1
    assert seen['vouch_fields_total{status="grounded",schema="receipt"}'] == 2
    assert seen['vouch_fields_total{status="absent",schema="receipt"}'] == 1
    assert total(seen, "vouch_field_confidence_bucket") == 3  # the absent one has none
    assert seen['vouch_pages_total{schema="receipt"}'] == 1
    assert total(seen, "vouch_degraded_total") == 0


def test_what_a_reader_was_missing_for_is_counted(job: Job, record: Record) -> None:
    without = record.model_copy(update={"degraded": "vlm_unavailable", "confidence": None})
    seen = record_counts(job, without, 0.5, job.created_at)
    assert seen['vouch_degraded_total{reason="vlm_unavailable"}'] == 1
    assert total(seen, "vouch_record_confidence_bucket") == 0


def test_models_are_counted_by_the_seconds_of_their_stage(job: Job, record: Record) -> None:
    engines = {
        "ocr": Engine(name="PP-OCRv6_small", digest="0" * 64),
        "vlm": Engine(name="openai:a model", digest="0" * 64),
    }
    both = record.model_copy(
        update={
            "provenance": record.provenance.model_copy(update=engines),
            "timings": {"read": 2.0, "extract": 3.0},
        }
    )
    seen = record_counts(job, both, 0.5, job.created_at)
    assert seen['vouch_engine_seconds_total{kind="ocr",engine="PP-OCRv6_small"}'] == 2.0
    assert seen['vouch_engine_seconds_total{kind="vlm",engine="openai:a_model"}'] == 3.0
    assert total(seen, "vouch_engine_seconds_total") == 5.0


def test_no_word_of_the_caller_is_a_label(job: Job, record: Record) -> None:
    own = job.options.model_copy(update={"schema_name": "Frau Müller", "json_schema": {}})
    seen = record_counts(job.model_copy(update={"options": own}), record, 0.5, job.created_at)
    assert not [field for field in seen if "ller" in field]
    assert seen['vouch_decisions_total{outcome="review",schema="custom"}'] == 1


def test_a_failure_is_counted_by_its_code() -> None:
    assert failure_counts(JobError(code="too_many_pages", detail="…")) == {
        'vouch_jobs_failed_total{code="too_many_pages"}': 1
    }


def test_everything_counted_is_declared(job: Job, record: Record) -> None:
    full = record.model_copy(update={"degraded": "vlm_failed", "timings": TIMINGS})
    counted = record_counts(job, full, 0.5, job.created_at)
    counted |= failure_counts(JobError(code="x", detail="y"))
    for name, labels, _ in parsed_tally(counted):
        known = LABELS[name.removesuffix("_bucket").removesuffix("_sum")]
        assert labels.keys() - {"le"} == known


def total(counts: Mapping[str, float], name: str) -> float:
    return sum(amount for found, _, amount in parsed_tally(counts) if found == name)
