"""What a whole flow leaves in metrics, traces and logs, in real processes."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.eventually import eventually
from tests.otlp import Received, otlp_receiver
from tests.privacy import leaks
from tests.stacks import stack_with
from vouch.cli.stack import Stack
from vouch.schemas.job import LEGS, STAGES, Ticket
from vouch.storage.queues import QUEUES, open_queues, publish
from vouch.storage.settings import StorageSettings

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
FILENAME = "Patient-Zwölfender.jpg"
CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c"
REQUEST_ID = "request-of-the-flow"
JOBS = 3


@pytest.fixture(scope="module")
def received() -> Iterator[Received]:
    with otlp_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def stack(received: Received, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("observed")
    with stack_with(
        folder, OTEL_EXPORTER_OTLP_ENDPOINT=received.url, OTEL_BSP_SCHEDULE_DELAY="100"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def job_ids(stack: Stack) -> tuple[str, ...]:
    """Some jobs that have ended, each leg of which was delivered twice."""
    queues = open_queues(StorageSettings(redis_url=stack.redis_url))
    headers = {
        "traceparent": f"00-{CALLERS_TRACE}-b7ad6b7169203331-01",
        "x-request-id": REQUEST_ID,
    }
    made = []
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=60) as client:
        for _ in range(JOBS):
            files = {"file": (FILENAME, SAMPLE.read_bytes())}
            answer = client.post("/v1/jobs", files=files, headers=headers)
            job_id = answer.raise_for_status().json()["id"]
            for leg in LEGS:
                publish(queues, Ticket(leg=leg, job_id=job_id, attempt=1))
            made.append(job_id)
        for job_id in made:
            ended = client.get(f"/v1/jobs/{job_id}", params={"wait": 60}).json()
            assert ended["status"] == "succeeded"
            for leg in LEGS:
                publish(queues, Ticket(leg=leg, job_id=job_id, attempt=1))
    queues.close()
    return tuple(made)


def scraped(stack: Stack) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample, by its name and the values of its labels."""
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=30) as client:
        text = client.get("/metrics").raise_for_status().text
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_as_many_jobs_are_counted_as_there_were_whatever_is_delivered_twice(
    stack: Stack, job_ids: tuple[str, ...]
) -> None:
    def idle() -> bool:
        seen = scraped(stack)
        return not any(seen["vouch_queue_messages", (queue,)] for queue in QUEUES)

    eventually(idle, 30)
    seen = scraped(stack)
    assert seen["vouch_jobs_submitted_total", ()] == len(job_ids)
    assert seen["vouch_jobs_finished_total", ("succeeded",)] == len(job_ids)
    assert seen["vouch_jobs_finished_total", ("failed",)] == 0
    assert seen["vouch_job_seconds_count", ("receipt",)] == len(job_ids)
    assert seen["vouch_pages_total", ("receipt",)] == len(job_ids)
    assert seen["vouch_line_wait_seconds_count", ("normal",)] == len(job_ids)
    for leg in LEGS:
        assert seen["vouch_leg_seconds_count", (leg,)] == len(job_ids)
        assert seen["vouch_queue_wait_seconds_count", (leg,)] == len(job_ids)
    for stage in STAGES:
        assert seen["vouch_stage_seconds_count", (stage,)] == len(job_ids)
    decided = sum(of for (name, _), of in seen.items() if name == "vouch_decisions_total")
    assert decided == len(job_ids)
    assert seen["vouch_http_requests_total", ("/v1/jobs", "202", "POST")] == len(job_ids)


def test_one_trace_leads_from_the_request_through_every_queue(
    received: Received, job_ids: tuple[str, ...]
) -> None:
    job_id = job_ids[0]
    expected = {f"leg {leg}" for leg in LEGS} | {"queued"}

    def spans() -> set[str]:
        return {
            span.name for span in received.spans() if span.attributes.get("vouch.job") == job_id
        }

    eventually(lambda: spans() >= expected, 30)
    eventually(lambda: {f"stage {stage}" for stage in STAGES} <= names(received), 30)

    def are_whole() -> bool:
        """Whether each stage's leg has arrived: legs end after their stages, other jobs' too."""
        spans = received.spans()
        known = {span.id for span in spans}
        return all(span.parent in known for span in spans if span.name.startswith("stage"))

    eventually(are_whole, 30)
    seen = received.spans()
    by_id = {span.id: span for span in seen}
    assert {span.trace for span in seen} == {CALLERS_TRACE}
    assert {span.process for span in seen} == {"vouch-api", *(f"vouch-{queue}" for queue in QUEUES)}
    of_job = [span for span in seen if span.attributes.get("vouch.job") == job_id]
    assert len(of_job) == len(expected)  # what was delivered twice was done once
    assert {by_id[span.parent].name for span in of_job} == {"POST /v1/jobs"}
    for span in seen:
        if span.name.startswith("stage"):
            assert by_id[span.parent].name.startswith("leg")
            assert span.attributes == {}
    (concluded,) = (span for span in of_job if span.name == "leg conclude")
    assert concluded.attributes["vouch.outcome"] in {"accept", "review"}
    assert concluded.attributes["vouch.pages"] == 1


def test_every_process_says_which_request_and_which_job(
    stack: Stack, job_ids: tuple[str, ...]
) -> None:
    for process in ("api", *QUEUES):
        found = [
            line
            for line in lines(stack, process)
            if line.get("job") == job_ids[0] and line["event"] in {"job_submitted", "leg_done"}
        ]
        assert found, process
        for line in found:
            assert (line["request_id"], line["trace"]) == (REQUEST_ID, CALLERS_TRACE)


def test_no_text_of_a_document_and_no_filename_is_traced_logged_or_counted(
    stack: Stack, received: Received, job_ids: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "spans").write_bytes(b"\n".join(received.bodies))
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=30) as client:
        (tmp_path / "metrics").write_bytes(client.get("/metrics").content)
        record = client.get(f"/v1/jobs/{job_ids[0]}/record").raise_for_status().json()
    printed = [
        evidence["text"]
        for field in record["fields"].values()
        for evidence in field["evidence"]
        if len(evidence["text"]) >= 6
    ]
    assert len(printed) >= 3
    planted = [*printed, FILENAME, Path(FILENAME).stem]
    assert leaks(planted, None, tmp_path, stack.logs) == []


def names(received: Received) -> set[str]:
    return {span.name for span in received.spans()}


def lines(stack: Stack, process: str) -> list[dict[str, object]]:
    text = (stack.logs / f"{process}.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]
