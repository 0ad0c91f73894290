"""The metrics that are counted in Redis, in the same step as the effect that they count.

Workers and scripts add to one hash (`keys.TALLY`) whose fields are the metric's name with its
labels, as Prometheus writes them. Labels have values of bounded sets only. A histogram lies there
with one field a bucket, not cumulated, so that an observation is two increments.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vouch.schemas.builtin import BUILTIN
from vouch.schemas.job import LEGS, TERMINAL, Options
from vouch.schemas.routing import AUTO

_FIELD = re.compile(r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z_]+="[^"\\\n]*",?)+)\})?')
_LABEL = re.compile(r'([a-z_]+)="([^"]*)"')
_NOT_IN_LABELS = re.compile(r"[^A-Za-z0-9_.:/@+-]")
_LONGEST_LABEL = 64

ENDS = (*sorted(TERMINAL), "deleted")
SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


@dataclass(frozen=True, slots=True)
class Meter:
    """One metric: a counter, or a histogram where it has buckets (upper bounds, rising)."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    known: tuple[str, ...] = ()
    """Values of its one label that are shown before anything is counted: Prometheus sees no rise
    in a counter that was not there."""

    def add(self, amount: float = 1, **labels: str) -> dict[str, float]:
        """The increment of a counter."""
        return {self._field(self.name, labels): amount}

    def observe(self, *values: float, **labels: str) -> dict[str, float]:
        """The increments of a histogram."""
        counts: dict[str, float] = {}
        for value in values:
            bucket = self._field(f"{self.name}_bucket", {**labels, "le": self._bound(value)})
            counts[bucket] = counts.get(bucket, 0) + 1
        return counts | {self._field(f"{self.name}_sum", labels): sum(values)} if values else {}

    @property
    def bounds(self) -> tuple[str, ...]:
        """The buckets as labels name them."""
        return (*(f"{bound:g}" for bound in self.buckets), "+Inf")

    def _bound(self, value: float) -> str:
        return self.bounds[bisect_left(self.buckets, value)]

    def _field(self, name: str, labels: Mapping[str, str]) -> str:
        if not labels:
            return name
        pairs = (f'{key}="{_plain(label)}"' for key, label in labels.items())
        return f"{name}{{{','.join(pairs)}}}"


SUBMITTED = Meter("vouch_jobs_submitted_total", "Jobs that were accepted.")
FINISHED = Meter("vouch_jobs_finished_total", "Jobs that ended, by how.", ("status",), known=ENDS)
FAILED = Meter("vouch_jobs_failed_total", "Jobs that failed, by the error's code.", ("code",))
REPLAYED = Meter("vouch_jobs_replayed_total", "Jobs that were tried again on demand.")
SWEPT = Meter("vouch_jobs_swept_total", "Expired jobs whose blobs were purged.")
JOB_SECONDS = Meter("vouch_job_seconds", "From submitting to the record.", ("schema",), SECONDS)
LINE_WAIT = Meter(
    "vouch_line_wait_seconds", "From submitting to leaving the line.", ("priority",), SECONDS
)
QUEUE_WAIT = Meter(
    "vouch_queue_wait_seconds", "From a leg being due to its beginning.", ("leg",), SECONDS
)
LEG_SECONDS = Meter("vouch_leg_seconds", "Legs that were finished.", ("leg",), SECONDS)
STAGE_SECONDS = Meter(
    "vouch_stage_seconds", "Stages of legs that were finished.", ("stage",), SECONDS
)
ENGINE_SECONDS = Meter(
    "vouch_engine_seconds_total",
    "Seconds that each model worked on documents with a record.",
    ("kind", "engine"),
)
PAGES = Meter("vouch_pages_total", "Pages of documents with a record.", ("schema",))
GIVEN_BACK = Meter(
    "vouch_legs_given_back_total", "Legs that a worker could not finish.", ("leg",), known=LEGS
)
REAPED = Meter(
    "vouch_legs_reaped_total", "Legs whose worker was not heard of again.", ("leg",), known=LEGS
)
REPUBLISHED = Meter(
    "vouch_messages_republished_total",
    "Messages that nobody took up in time.",
    ("leg",),
    known=LEGS,
)
DECISIONS = Meter("vouch_decisions_total", "Records, by decision.", ("outcome", "schema"))
DEGRADED = Meter("vouch_degraded_total", "Records without a reader, by why.", ("reason",))
FIELDS = Meter("vouch_fields_total", "Fields of records, by status.", ("status", "schema"))
RECORD_CONFIDENCE = Meter(
    "vouch_record_confidence", "Confidence of records that accept a value.", ("schema",), SHARES
)
FIELD_CONFIDENCE = Meter(
    "vouch_field_confidence", "Confidence of fields that are present.", ("schema",), SHARES
)
WEBHOOKS = Meter(
    "vouch_webhook_attempts_total",
    "Calls of receivers, by what came back.",
    ("answer",),
    known=("2xx", "4xx", "5xx"),
)

METERS = (
    SUBMITTED, FINISHED, FAILED, REPLAYED, SWEPT, JOB_SECONDS, LINE_WAIT, QUEUE_WAIT, LEG_SECONDS,
    STAGE_SECONDS, ENGINE_SECONDS, PAGES, GIVEN_BACK, REAPED, REPUBLISHED, DECISIONS, DEGRADED,
    FIELDS, RECORD_CONFIDENCE, FIELD_CONFIDENCE, WEBHOOKS,
)  # fmt: skip


def schema_label(options: Options) -> str:
    """What a metric or a trace says of a schema: never a word of the caller's."""
    is_builtin = options.json_schema is None and options.schema_name in (*BUILTIN, AUTO)
    return options.schema_name if is_builtin else "custom"


def parsed_tally(tally: Mapping[str, float]) -> Iterator[tuple[str, dict[str, str], float]]:
    """Name, labels and amount of every field; what is no metric's is left out."""
    for field, amount in tally.items():
        found = _FIELD.fullmatch(field)
        if found:
            yield found["name"], dict(_LABEL.findall(found["labels"] or "")), amount


def _plain(label: str) -> str:
    return _NOT_IN_LABELS.sub("_", label)[:_LONGEST_LABEL]
