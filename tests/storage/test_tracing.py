import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.otlp import Received, SeenSpan, otlp_receiver
from vouch.schemas.errors import EngineFailed
from vouch.schemas.job import Job
from vouch.storage.tracing import (
    NO_TRACER,
    Tracer,
    TracingSettings,
    leg_span,
    open_tracer,
    trace_id,
)

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
SECRET = "the name of the patient"


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    with otlp_receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        yield receiver


@pytest.fixture
def tracer(received: Received) -> Tracer:
    return open_tracer("ocr", TracingSettings())


def sent(tracer: Tracer, received: Received) -> dict[str, SeenSpan]:
    """What a process has sent by its end, by name."""
    tracer.close()
    return {span.name: span for span in received.spans()}


def test_nothing_is_traced_where_nobody_asks(job: Job) -> None:
    tracer = open_tracer("cpu", TracingSettings(exporter_otlp_endpoint=""))
    assert tracer is NO_TRACER
    with leg_span(tracer, job, "depict"):
        tracer.note({"vouch.pages": 1})
        assert tracer.traceparent() is None
    tracer.close()


def test_the_variable_for_traces_alone_is_enough_and_disabled_is_disabled() -> None:
    assert TracingSettings(exporter_otlp_traces_endpoint="http://x").are_on
    assert not TracingSettings(exporter_otlp_endpoint="http://x", sdk_disabled=True).are_on


def test_a_leg_goes_on_with_the_trace_of_its_request(
    tracer: Tracer, received: Received, job: Job
) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=7)
    asked = job.model_copy(update={"traceparent": PARENT, "created_at": begun, "pages": 3})
    with leg_span(tracer, asked, "depict"), tracer.span("stage ingest"):
        tracer.note({"vouch.outcome": "review"})
        inner = tracer.traceparent()
    seen = sent(tracer, received)
    assert {span.trace for span in seen.values()} == {TRACE} == {trace_id(inner)}
    leg, stage, queued = seen["leg depict"], seen["stage ingest"], seen["queued"]
    assert (stage.parent, stage.process) == (leg.id, "vouch-ocr")
    assert stage.attributes == {"vouch.outcome": "review"}
    assert leg.parent == queued.parent == "b7ad6b7169203331"
    assert 7 <= (queued.end_ns - queued.start_ns) / 1e9 < 20
    assert leg.attributes == {
        "vouch.job": job.id,
        "vouch.tenant": "local",
        "vouch.schema": "receipt",
        "vouch.pages": 3,
        "vouch.leg": "depict",
        "vouch.attempt": 1,
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [(EngineFailed(SECRET), "engine_failed"), (ValueError(SECRET), "ValueError")],
)
def test_an_error_leaves_its_code_and_nothing_that_it_says(
    tracer: Tracer, received: Received, job: Job, error: Exception, code: str
) -> None:
    with pytest.raises(type(error)), leg_span(tracer, job, "perceive"):
        raise error
    span = sent(tracer, received)["leg perceive"]
    assert (span.error, span.attributes["error.type"]) == (code, code)
    assert SECRET.encode() not in b"".join(received.bodies)


def test_a_name_of_the_callers_own_is_not_told(
    tracer: Tracer, received: Received, job: Job
) -> None:
    own = job.options.model_copy(update={"schema_name": SECRET, "json_schema": {}})
    with leg_span(tracer, job.model_copy(update={"options": own, "filename": SECRET}), "perceive"):
        pass
    assert sent(tracer, received)["leg perceive"].attributes["vouch.schema"] == "custom"
    assert SECRET.encode() not in b"".join(received.bodies)


async def test_requests_at_the_same_time_do_not_share_a_trace(
    tracer: Tracer, received: Received
) -> None:
    async def request() -> str | None:
        with tracer.span("request", kind="server"):
            await asyncio.sleep(0)
            return trace_id(tracer.traceparent())

    traces = await asyncio.gather(*(request() for _ in range(5)))
    assert len(set(traces)) == 5
    await asyncio.to_thread(tracer.close)


def test_a_traceparent_that_is_none_begins_a_trace(tracer: Tracer, received: Received) -> None:
    with tracer.span("request", parent="; drop table"):
        assert trace_id(tracer.traceparent()) not in (None, "0" * 32)
    assert sent(tracer, received)["request"].parent == ""


def test_a_process_ends_soon_where_nobody_takes_its_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    tracer = open_tracer("cpu", TracingSettings())
    with tracer.span("leg"):
        pass
    began = time.monotonic()
    tracer.close()
    assert time.monotonic() - began < 5
