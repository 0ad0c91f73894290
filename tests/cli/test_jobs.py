"""`vouch jobs` against a running stack."""

import json
from pathlib import Path

import pytest
from redis import Redis
from typer.testing import CliRunner, Result

from tests.service.edge.served import served
from vouch.cli.main import app
from vouch.cli.stack import Stack
from vouch.client import Client, follow_to_record
from vouch.schemas.errors import ServiceFailed
from vouch.schemas.job import JobError, Options
from vouch.storage.attempts import AttemptStore
from vouch.storage.settings import StorageSettings

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


@pytest.fixture(scope="module")
def good(stack: Stack) -> str:
    with Client.at(stack.url) as client:
        job = client.submit(SAMPLE.read_bytes(), "shop.jpg", Options())
        follow_to_record(client, job, lambda _: None)
        return job


@pytest.fixture(scope="module")
def bad(stack: Stack) -> str:
    with Client.at(stack.url) as client:
        job = client.submit(b"no picture", "notes.jpg", Options())
        with pytest.raises(ServiceFailed):
            follow_to_record(client, job, lambda _: None)
        return job


def vouch(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def jobs(stack: Stack, *arguments: str) -> Result:
    return vouch("jobs", *arguments, "--url", stack.url)


def test_the_list_says_why_a_job_failed(stack: Stack, good: str, bad: str) -> None:
    listed = jobs(stack, "list").stdout
    assert good in listed
    assert bad in listed
    failed = " ".join(jobs(stack, "list", "--status", "failed").stdout.split())
    assert good not in failed
    assert "unsupported_media_type" in failed


def test_the_list_is_filtered_and_cut(stack: Stack, good: str, bad: str) -> None:
    def ids(*arguments: str) -> set[str]:
        ran = jobs(stack, "list", "--json", *arguments)
        assert ran.exit_code == 0, ran.stderr
        return {json.loads(line)["id"] for line in ran.stdout.splitlines()}

    assert {good, bad} <= ids()
    assert {good, bad} <= ids("--since", "1h", "--schema", "receipt")
    assert ids("--since", "2100-01-01T00:00:00Z") == set()
    assert ids("--schema", "ui") == set()
    assert len(ids("--limit", "1")) == 1


def test_a_job_is_shown_with_its_record(stack: Stack, good: str) -> None:
    shown = jobs(stack, "show", good)
    assert "/total" in shown.stdout
    assert json.loads(jobs(stack, "show", "--json", good).stdout)["record"]["data"]["total"]


def test_a_quarantined_job_shows_its_reason_and_can_be_replayed(
    redis: Redis, redis_server: str, tmp_path: Path
) -> None:
    settings = StorageSettings(redis_url=redis_server, most_failures=1)
    with served(tmp_path, redis_server) as service, AttemptStore.at(settings) as attempts:
        url = f"http://127.0.0.1:{service.port}"
        with Client.at(url) as client:
            job = client.submit(b"bytes", "shop.jpg", Options())
        attempts.claim(job, 1, "depict")
        attempts.give_back(job, 1, JobError(code="engine_failed", detail="the model raised"))
        listed = vouch("jobs", "list", "--status", "quarantined", "--url", url).stdout
        assert job in listed
        assert "engine_failed: the model raised" in " ".join(listed.split())
        assert vouch("jobs", "replay", job, "--url", url).exit_code == 0
        assert vouch("jobs", "list", "--status", "queued", "--json", "--url", url).stdout
        assert vouch("jobs", "cancel", job, "--url", url).exit_code == 0
        again = vouch("jobs", "replay", job, "--url", url)
    assert (again.exit_code, "not_replayable" in again.stderr) == (1, True)


def test_what_is_over_cannot_be_cancelled_but_deleted(stack: Stack) -> None:
    with Client.at(stack.url) as client:
        job = client.submit(SAMPLE.read_bytes(), "shop.jpg", Options())
        follow_to_record(client, job, lambda _: None)
    refused = jobs(stack, "cancel", job)
    assert refused.exit_code == 1
    assert "job_finished" in refused.stderr
    assert jobs(stack, "delete", job).exit_code == 0
    gone = jobs(stack, "show", job)
    assert (gone.exit_code, "job_not_found" in gone.stderr) == (1, True)
