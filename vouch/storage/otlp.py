"""Spans sent by OTLP over HTTP, through the library of OpenTelemetry."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vouch.schemas.errors import VouchError
from vouch.storage.tracing import NO_ATTRIBUTES, Attributes, Kind

_CLOSE_SECONDS = 3.0
_PROPAGATOR = TraceContextTextMapPropagator()
_KINDS: dict[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "consumer": SpanKind.CONSUMER,
}


class OtlpTracer:
    """Sends spans in the background; where nobody takes them, they are dropped."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("vouch")

    @classmethod
    def of(cls, process: str) -> Self:
        """For a process of this name; where to is in the environment."""
        resource = Resource.create()
        if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
            resource = resource.merge(Resource({SERVICE_NAME: f"vouch-{process}"}))
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    @contextmanager
    def span(
        self,
        name: str,
        attributes: Attributes = NO_ATTRIBUTES,
        *,
        kind: Kind = "internal",
        parent: str | None = None,
        since: datetime | None = None,
    ) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name,
            context=_PROPAGATOR.extract({"traceparent": parent}) if parent else None,
            kind=_KINDS[kind],
            attributes=attributes,
            start_time=None if since is None else int(since.timestamp() * 1e9),
            record_exception=False,  # its message may quote a document
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, _code(error)))
                span.set_attribute("error.type", _code(error))
                raise

    def note(self, attributes: Attributes) -> None:
        trace.get_current_span().set_attributes(attributes)

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        """Nobody waits for long where nobody takes the spans."""
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(_CLOSE_SECONDS)


def _code(error: BaseException) -> str:
    """An error of ours by its code, another one by its type."""
    return error.code if isinstance(error, VouchError) else type(error).__name__
