"""A tiny run of each part of the bench; how fast anything is, `make bench-api` says."""

import json

import pytest
from typer import Typer
from typer.testing import CliRunner

from vouch.evals.bench_api import ApiBench, main
from vouch.evals.bench_depth import percentile

PARTS = {
    "polls": {"poll_ratio", "poll_ratio_by_cpu", "poll_errors"},
    "submits": {"submit_ratio", "submit_ratio_by_cpu", "submit_errors"},
    "waiters": {"long_poll_waiters", "long_poll_errors", "long_poll_p95_ms"},
    "depth": {"redis_bytes_per_job", "poll_p50_ms_before", "submit_p95_ms_after"},
}


@pytest.fixture(scope="module")
def found() -> ApiBench:
    """What is printed last, of a run that takes seconds."""
    app = Typer()
    app.command()(main)
    brief = ["--rounds", "1", "--seconds", "0.3", "--waiting", "20", "--jobs", "2000"]
    ran = CliRunner().invoke(app, [*PARTS, *brief], catch_exceptions=False)
    assert ran.exit_code == 0
    return ApiBench.model_validate(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_gives_its_numbers(found: ApiBench, part: str) -> None:
    assert found.model_fields_set >= PARTS[part]


def test_nothing_failed_under_load(found: ApiBench) -> None:
    assert (found.poll_errors, found.submit_errors, found.long_poll_errors) == (0, 0, 0)
    assert found.long_poll_waiters == 20
    assert found.two_workers_ratio is None


def test_the_memory_of_a_job_is_that_of_one(found: ApiBench) -> None:
    assert 200 < (found.redis_bytes_per_job or 0) < 5_000


def test_percentiles() -> None:
    values = [float(number) for number in range(1, 102)]
    assert (percentile(values, 50), percentile(values, 95)) == (51, 96)
