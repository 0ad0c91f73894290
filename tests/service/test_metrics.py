import subprocess
import sys

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as parsed
from redis import Redis

from tests.service.client import serving, submit
from vouch.schemas.tenant import LOCAL, Tenant
from vouch.service.edge.visits import Visit
from vouch.service.exposition import counted
from vouch.service.metrics import HttpMetrics
from vouch.service.settings import ServiceSettings
from vouch.storage.keyring import Keyring
from vouch.storage.meters import METERS, STAGE_SECONDS
from vouch.storage.settings import StorageSettings


def visit(**changes: object) -> Visit:
    fields: dict[str, object] = {
        "request_id": "r",
        "method": "GET",
        "path": "/v1/jobs/1",
        "route": "/v1/jobs/{job_id}",
        "status": 200,
        "seconds": 0.002,
        "tenant": "local",
        "waited": False,
    }
    return Visit(**(fields | changes))  # type: ignore[arg-type]


def samples(http: HttpMetrics, name: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(sample.labels.values()): sample.value
        for family in http.registry.collect()
        for sample in family.samples
        if sample.name == name
    }


@pytest.mark.parametrize(
    ("accept", "parser", "suffix"),
    [("", parsed, ""), ("application/openmetrics-text;version=1.0.0", openmetrics, "# EOF\n")],
)
async def test_a_scraper_gets_the_format_that_it_asks_for(
    storage: StorageSettings, accept: str, parser: object, suffix: str
) -> None:
    async with serving(ServiceSettings(), storage) as client:
        await submit(client)
        answer = await client.get("/metrics", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.text.endswith(suffix)
    families = {family.name: family for family in parser(answer.text)}  # type: ignore[operator]
    for meter in METERS:
        family = families[meter.name.removesuffix("_total")]
        assert family.type == ("histogram" if meter.buckets else "counter")
        assert family.documentation == meter.help
    for name in ("vouch_jobs", "vouch_workers", "vouch_http_requests_in_progress"):
        assert families[name].type == "gauge"
    (submitted,) = families["vouch_jobs_submitted"].samples
    assert submitted.value == 1


async def test_tenants_with_the_longest_lines_are_named_and_no_others(
    storage: StorageSettings, redis: Redis
) -> None:
    for number in range(4):
        redis.zadd("vouch:turns", {f"tenant-{number}": 0})
        redis.zadd(f"vouch:line:tenant-{number}", {f"{at:032x}": 1e13 for at in range(number + 1)})
    async with serving(ServiceSettings(metrics_tenants=2), storage) as client:
        answer = await client.get("/metrics")
    found = {
        sample.labels["tenant"]: sample.value
        for family in parsed(answer.text)
        if family.name == "vouch_tenant_queued_jobs"
        for sample in family.samples
    }
    assert found == {"tenant-3": 4, "tenant-2": 3}


async def test_without_redis_a_process_tells_what_it_knows() -> None:
    nowhere = StorageSettings(redis_url="redis://127.0.0.1:1/0", blobs="memory://")
    async with serving(ServiceSettings(metrics_are_open=True), nowhere) as client:
        answer = await client.get("/metrics")
    seen = {family.name: family for family in parsed(answer.text)}
    assert [sample.value for sample in seen["vouch_redis_up"].samples] == [0]
    assert "vouch_http_requests" in seen
    assert "vouch_jobs" not in seen


async def test_metrics_are_for_the_operator_unless_they_are_open(storage: StorageSettings) -> None:
    with Keyring.at(storage) as keyring:
        _, reader = keyring.create(Tenant(name=LOCAL), frozenset({"read"}))
        _, customer = keyring.create(Tenant(name="a"), frozenset({"admin"}))
        _, operator = keyring.create(Tenant(name=LOCAL), frozenset({"admin"}))
    statuses = []
    async with serving(ServiceSettings(), storage) as client:
        for key in ("", reader, customer, operator):
            headers = {"x-api-key": key} if key else {}
            statuses.append((await client.get("/metrics", headers=headers)).status_code)
    async with serving(ServiceSettings(metrics_are_open=True), storage) as client:
        statuses.append((await client.get("/metrics")).status_code)
    assert statuses == [401, 403, 403, 200, 200]


def test_buckets_are_cumulated_and_end_with_the_count() -> None:
    tally = STAGE_SECONDS.observe(0.02, 0.02, 5.0, 5000.0, stage="read")
    (family,) = (of for of in counted(tally) if of.name == "vouch_stage_seconds")
    seen = {sample.labels.get("le", sample.name): sample.value for sample in family.samples}
    assert (seen["0.01"], seen["0.03"], seen["3.0"], seen["10.0"]) == (0, 2, 2, 3)
    assert seen["+Inf"] == seen["vouch_stage_seconds_count"] == 4
    assert seen["vouch_stage_seconds_sum"] == pytest.approx(5005.04)


def test_callers_cannot_make_series_without_end() -> None:
    http = HttpMetrics()
    for number in range(100):
        http.count(visit(method=f"X{number}", route="", path=f"/{number}", status=405))
        http.count(visit(route="", path=f"/{number}", status=404))
    assert samples(http, "vouch_http_requests_total") == {
        ("other", "none", "405"): 100,
        ("GET", "none", "404"): 100,
    }


def test_requests_that_wait_count_but_are_not_timed() -> None:
    http = HttpMetrics()
    http.count(visit())
    http.count(visit(seconds=30.0, waited=True))
    assert samples(http, "vouch_http_requests_total") == {("GET", "/v1/jobs/{job_id}", "200"): 2}
    assert samples(http, "vouch_http_request_seconds_sum") == {
        ("GET", "/v1/jobs/{job_id}"): pytest.approx(0.002)
    }


def test_a_service_that_does_not_trace_loads_nothing_for_it() -> None:
    """redis-py loads the library's metrics wherever it finds them; spans are ours."""
    code = (
        "import sys, vouch.service.__main__\n"
        "from vouch.storage.tracing import TracingSettings, open_tracer\n"
        "open_tracer('api', TracingSettings())\n"
        "print([name for name in sys.modules"
        " if name.startswith(('opentelemetry.exporter', 'opentelemetry.sdk.trace'))])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={})
    assert done.stdout == "[]\n"
