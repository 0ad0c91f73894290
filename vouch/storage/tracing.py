"""Where the time of a job goes, as OpenTelemetry spans: one trace from the request to the webhook.

A process opens one tracer at its start and passes it down. Without an OTLP endpoint in the
environment it does nothing, and the library that sends spans is not imported. A span says names and
numbers of Vouch's own: never text of a document, its filename, a key, or another's error message.

    job = job.model_copy(update={"traceparent": tracer.traceparent()})      # when submitting
    with leg_span(tracer, job, leg): …                                      # a worker, after claim
    with tracer.span(f"stage {name}"): …                                    # within it
    tracer.note({"vouch.pages": 3})                                         # on the span at hand
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from types import MappingProxyType
from typing import Literal, Protocol

from pydantic_settings import BaseSettings, SettingsConfigDict

from vouch.schemas.job import LEGS, Job, Leg
from vouch.storage.meters import schema_label

Kind = Literal["internal", "server", "client", "consumer"]
Attributes = Mapping[str, str | int | float | bool]
NO_ATTRIBUTES: Attributes = MappingProxyType({})


class Tracer(Protocol):
    """Makes spans. Those begun inside another, in the same thread or task, are its children."""

    def span(
        self,
        name: str,
        attributes: Attributes = NO_ATTRIBUTES,
        *,
        kind: Kind = "internal",
        parent: str | None = None,
        since: datetime | None = None,
    ) -> AbstractContextManager[None]:
        """Around what it times; an error passes through, and leaves its code.

        `parent` is a traceparent from elsewhere. With `since` it began then.
        """

    def note(self, attributes: Attributes) -> None:
        """Add to the span at hand."""

    def traceparent(self) -> str | None:
        """The span at hand, for another process to go on from; None where nothing is traced."""

    def close(self) -> None:
        """Send what has not been sent yet."""


class NoTracer:
    """Traces nothing."""

    def span(
        self,
        name: str,  # noqa: ARG002
        attributes: Attributes = NO_ATTRIBUTES,  # noqa: ARG002
        *,
        kind: Kind = "internal",  # noqa: ARG002
        parent: str | None = None,  # noqa: ARG002
        since: datetime | None = None,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        return nullcontext()

    def note(self, attributes: Attributes) -> None:
        """There is no span."""

    def traceparent(self) -> str | None:
        return None

    def close(self) -> None:
        """There is nothing to send."""


NO_TRACER = NoTracer()


class TracingSettings(BaseSettings):
    """OpenTelemetry's own variables, as far as they say whether to trace at all.

    All others, such as OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES and
    OTEL_TRACES_SAMPLER, are read by its library.
    """

    model_config = SettingsConfigDict(env_prefix="OTEL_", frozen=True)

    exporter_otlp_endpoint: str = ""
    exporter_otlp_traces_endpoint: str = ""
    sdk_disabled: bool = False

    @property
    def are_on(self) -> bool:
        return not self.sdk_disabled and bool(
            self.exporter_otlp_traces_endpoint or self.exporter_otlp_endpoint
        )


def open_tracer(process: str, settings: TracingSettings) -> Tracer:
    """The tracer of a process, named as the process is: api, cpu, ocr or vlm."""
    if not settings.are_on:
        return NO_TRACER
    from vouch.storage.otlp import OtlpTracer  # noqa: PLC0415  # costs 0.2 s that few want

    return OtlpTracer.of(process)


@contextmanager
def leg_span(tracer: Tracer, job: Job, leg: Leg) -> Iterator[None]:
    """Around one attempt of a leg, from its claim on; the first tells how long the job waited."""
    about = {**of_job(job), "vouch.leg": leg, "vouch.attempt": job.attempt}
    parent = job.traceparent
    if leg == LEGS[0] and job.attempt == 1:
        with tracer.span("queued", about, parent=parent, since=job.created_at):
            pass
    with tracer.span(f"leg {leg}", about, kind="consumer", parent=parent):
        yield


def trace_id(traceparent: str | None) -> str | None:
    """The part of a traceparent that all spans of a trace have in common."""
    return None if traceparent is None else traceparent[3:35]


def of_job(job: Job) -> dict[str, str | int | float | bool]:
    """What a span says of a job."""
    about: dict[str, str | int | float | bool] = {
        "vouch.job": job.id,
        "vouch.tenant": job.tenant,
        "vouch.schema": schema_label(job.options),
    }
    return about if job.pages is None else {**about, "vouch.pages": job.pages}
