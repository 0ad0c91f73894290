"""Receivers that refuse, redirect, say nothing or may not be called."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.service.courier.receivers import courier_of, ended, receiver, silent_receiver, tried
from tests.service.outward.servers import says, server
from vouch.cli.redis_server import redis_command, wait_for_redis
from vouch.schemas.job import Job
from vouch.service.courier.patience import Patience
from vouch.storage.attempts import AttemptStore
from vouch.storage.jobs import JobStore
from vouch.storage.settings import StorageSettings
from vouch.storage.webhook_secrets import SecretStore


async def test_410_ends_it(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with receiver(410) as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage) as calls:
            log = await tried(calls, job_id, 1)
    assert log.next_at is None
    assert len(received.bodies) == 1


@pytest.mark.parametrize(
    "target", ["/elsewhere", "http://127.0.0.1:6379/", "http://169.254.169.254/"]
)
async def test_a_redirect_is_a_failure_and_never_followed(
    storage: StorageSettings,
    jobs: JobStore,
    attempts: AttemptStore,
    job: Job,
    secret: str,
    target: str,
) -> None:
    with receiver(307, 301, location=target) as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage, Patience(attempts=2, first_pause=0)) as calls:
            log = await tried(calls, job_id, 2)
    assert [entry.status_code for entry in log.deliveries] == [307, 301]
    assert received.paths == ["/", "/"]


async def test_whom_nobody_may_call_is_not_called(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with server(says(b"")) as port:
        for url in (f"http://127.0.0.2:{port}/", "http://nowhere.example/", "http://[::1]/"):
            job_id = await ended(jobs, attempts, job, url)
            async with courier_of(storage, Patience(attempts=1)) as calls:
                log = await tried(calls, job_id, 1)
            assert log.deliveries[0].error == "address_refused"


async def test_what_gives_no_answer_is_told_apart(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job, secret: str
) -> None:
    with silent_receiver() as (silent, _, _), server(lambda request: None) as mute:
        words = {silent: "timeout", mute: "not_http", 1: "unreachable"}
        for port, word in words.items():
            job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
            async with courier_of(storage, Patience(attempts=1, timeout=0.2)) as calls:
                log = await tried(calls, job_id, 1)
            assert log.deliveries[0].error == word


async def test_without_a_secret_nothing_leaves(
    storage: StorageSettings, jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    with receiver() as (port, received):
        job_id = await ended(jobs, attempts, job, f"http://hooks.example:{port}/")
        async with courier_of(storage, Patience(attempts=1)) as calls:
            log = await tried(calls, job_id, 1)
    assert log.deliveries[0].error == "no_secret"
    assert received.bodies == []


async def test_a_courier_outlives_a_redis_that_comes_back(job: Job) -> None:
    with TemporaryDirectory(prefix="vouch-") as folder:  # a socket's path may be 107 long
        door = Path(folder) / "redis.sock"
        storage = StorageSettings(redis_url=f"unix://{door}", blobs=folder)
        async with courier_of(storage) as calls:  # there is no Redis yet
            with redis_at(door), receiver() as (port, received):
                async with JobStore.at(storage) as jobs, SecretStore.at(storage) as secrets:
                    await secrets.rotate("local", 0)
                    with AttemptStore.at(storage) as attempts:
                        url = f"http://hooks.example:{port}/"
                        job_id = await ended(jobs, attempts, job, url)
                    await tried(calls, job_id, 1)
    assert len(received.bodies) == 1


@contextmanager
def redis_at(door: Path) -> Iterator[None]:
    """A Redis of the test's own."""
    command = redis_command(door.parent, door)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            assert wait_for_redis(f"unix://{door}")
            yield
        finally:
            server.kill()
