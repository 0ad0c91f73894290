"""One thing at a time goes wrong in a running Vouch: every job ends all the same, and once."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.chaos.callers import Caller, Told, calling
from tests.chaos.documents import page, thumbnail
from tests.chaos.history import legs_in_hand, records_written, said
from tests.chaos.killing import kill, process_of
from tests.chaos.repeating import repeating
from tests.eventually import eventually
from tests.stacks import stack_with
from vouch.cli.children import Child
from vouch.cli.stack import Stack
from vouch.storage.keys import job_key, live_key
from vouch.storage.queues import QUEUES

PATIENCE = 90.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("var")
    # a message that is lost with its connection is sent again when it is overdue
    settings = {"VOUCH_VISION__GATHER_SECONDS": "0.3", "VOUCH_OVERDUE_SECONDS": "4"}
    with stack_with(folder, 1, VOUCH_VLM="fake", **settings) as running:
        yield running


@pytest.fixture
def told() -> Iterator[Told]:
    """What callers have heard; nothing that no caller should."""
    told = Told()
    yield told
    assert told.faults == []


@pytest.fixture
def caller(stack: Stack, told: Told) -> Iterator[Caller]:
    with calling(stack.url, told, time.monotonic() + PATIENCE) as caller:
        eventually(lambda: caller.http.get("/readyz").is_success)
        yield caller


@pytest.fixture
def redis(stack: Stack) -> Iterator[Redis]:
    with Redis.from_url(stack.redis_url, decode_responses=True) as client:
        yield client


def logs(stack: Stack) -> list[Path]:
    return [stack.logs / f"{queue}.log" for queue in QUEUES]


def assert_once(stack: Stack, redis: Redis, caller: Caller, job_ids: list[str]) -> None:
    """Each job succeeds, and its record is written once."""
    ends = [caller.follow(job_id) for job_id in job_ids]
    assert [(end.status, end.has_record) for end in ends] == [("succeeded", True)] * len(ends)
    written = records_written(stack.logs.parent / "redis" / "appendonly.aof")
    assert [written[job_id] for job_id in job_ids] == [1] * len(ends)
    assert [redis.hget(job_key(job_id), "records") for job_id in job_ids] == ["1"] * len(ends)


def stopped_in_mid_leg(stack: Stack, name: str) -> str:
    """Stop a worker while it has a leg in hand; gives the job's id."""
    process, log = process_of(stack, name), stack.logs / f"{name}.log"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        eventually(lambda: bool(legs_in_hand(log)))
        process.send_signal(signal.SIGSTOP)
        held = legs_in_hand(log)
        if held:
            return held[0].job_id
        process.send_signal(signal.SIGCONT)
    raise TimeoutError


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_killed_in_mid_leg_costs_seconds(
    stack: Stack, redis: Redis, caller: Caller, queue: str
) -> None:
    job_ids = [caller.submit(page()) for _ in range(6)]
    held = stopped_in_mid_leg(stack, queue)
    assert kill(stack, queue)
    killed = time.monotonic()
    assert_once(stack, redis, caller, [held])
    assert time.monotonic() - killed < 30, "leases are 5 s, and a worker starts in a few"
    assert_once(stack, redis, caller, job_ids)
    assert redis.hget(job_key(held), "attempt") == "2"


def test_workers_told_to_end_in_mid_leg_cost_nothing(
    stack: Stack, redis: Redis, caller: Caller
) -> None:
    job_ids = [caller.submit(page()) for _ in range(8)]
    for queue in QUEUES:
        held = stopped_in_mid_leg(stack, queue)
        process = process_of(stack, queue)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        assert_once(stack, redis, caller, [held])
        assert redis.hget(job_key(held), "attempt") == "1"
    assert_once(stack, redis, caller, job_ids)


def test_a_service_told_to_end_takes_no_job_along(
    stack: Stack, redis: Redis, caller: Caller, told: Told
) -> None:
    """While callers submit: whoever is told 202 has a job, and whoever is not asks again."""
    before = redis.hget("vouch:tally", "vouch_jobs_submitted_total")
    with ThreadPoolExecutor(4) as threads:
        accepted = [threads.submit(caller.submit, thumbnail()) for _ in range(40)]
        eventually(lambda: sum(each.done() for each in accepted) > 5)
        process_of(stack, "api").send_signal(signal.SIGTERM)
        job_ids = [each.result() for each in accepted]
    assert_once(stack, redis, caller, job_ids)
    after = redis.hget("vouch:tally", "vouch_jobs_submitted_total")
    assert float(str(after)) - float(str(before)) == len(job_ids) == len(set(job_ids))


def test_messages_that_come_twice_are_worked_on_once(
    stack: Stack, redis: Redis, caller: Caller
) -> None:
    refused = said(logs(stack), "leg_not_ours")
    with repeating(stack.redis_url) as repeated:
        job_ids = [caller.submit(thumbnail()) for _ in range(15)]
        assert_once(stack, redis, caller, job_ids)
    assert repeated.messages >= 4 * len(job_ids)
    eventually(lambda: said(logs(stack), "leg_not_ours") > refused)
    attempts = {redis.hget(job_key(job_id), "attempt") for job_id in job_ids}
    assert attempts == {"1"}


def test_connections_that_break_lose_nothing(stack: Stack, redis: Redis, caller: Caller) -> None:
    job_ids = []
    for _ in range(10):
        job_ids += [caller.submit(thumbnail()), caller.submit(thumbnail())]
        redis.client_kill_filter(_type="normal", skipme=True)
        redis.client_kill_filter(_type="pubsub")
    assert_once(stack, redis, caller, job_ids)


def test_ten_seconds_without_redis(stack: Stack, redis: Redis, caller: Caller) -> None:
    """It hangs, as if the network were gone: no answer, no closed connection."""
    job_ids = [caller.submit(page()) for _ in range(8)]
    client = caller.http
    with ThreadPoolExecutor(3) as threads:
        waiting = threads.submit(
            client.get, f"/v1/jobs/{job_ids[-1]}", params={"wait": 60}, timeout=PATIENCE
        )
        eventually(lambda: b"vouch_http_waiters 1" in client.get("/metrics").content)
        with frozen(process_of(stack, "redis")) as began:
            while time.monotonic() < began + 10:
                asked = time.monotonic()
                refused = [
                    threads.submit(client.get, f"/v1/jobs/{job_ids[0]}"),
                    threads.submit(client.post, "/v1/jobs", files={"file": thumbnail()}),
                ]
                for answer in (each.result() for each in refused):
                    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
                    assert int(answer.headers["retry-after"]) > 0
                assert time.monotonic() - asked < 8, "a caller was left hanging"
                assert client.get("/livez").is_success
        answer = waiting.result()
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    assert_once(stack, redis, caller, job_ids)
    assert redis.hget("vouch:tally", 'vouch_jobs_finished_total{status="quarantined"}') is None


@contextmanager
def frozen(server: subprocess.Popen[bytes]) -> Iterator[float]:
    """Stopped while the block lasts; gives the monotonic time at which it was."""
    server.send_signal(signal.SIGSTOP)
    try:
        yield time.monotonic()
    finally:
        server.send_signal(signal.SIGCONT)


def test_workers_whose_clocks_are_wrong_harm_nobody(
    stack: Stack, redis: Redis, caller: Caller
) -> None:
    """An hour ahead and an hour behind, beside those whose clock is right; all messages twice."""
    odd = []
    environment = next(child for child in stack.keeper._children if child.name == "vlm").environment
    for offset, queue in ((3600, "cpu"), (-3600, "cpu"), (-3600, "ocr"), (3600, "vlm")):
        command = [sys.executable, "-m", "tests.chaos.skewed_worker", str(offset), queue]
        name = f"{queue}{offset:+}"
        odd.append(Child(name, command, environment, stack.logs / f"{name}.log"))
        stack.keeper.add(odd[-1])
    eventually(lambda: [redis.zcard(live_key(queue)) for queue in QUEUES] == [3, 2, 2])
    with repeating(stack.redis_url):
        job_ids = [caller.submit(thumbnail()) for _ in range(40)]
        assert_once(stack, redis, caller, job_ids)
    assert {redis.hget(job_key(job_id), "attempt") for job_id in job_ids} == {"1"}
    assert [child.name for child in odd if not said([child.log], "leg_done")] == []
