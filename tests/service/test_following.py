"""A job's life as server-sent events, from a real process over a real connection."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from httpx import AsyncClient, Response

from tests.service.edge.served import Served, served
from tests.service.workers import finish, work
from vouch.schemas.job import Job
from vouch.schemas.record import Record
from vouch.schemas.webhook import EndedJob
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import part_key
from vouch.storage.settings import StorageSettings

Event = tuple[str, str, Any]
"""Name, id, content."""


@pytest.fixture(scope="module")
def blob_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("followed")


@pytest.fixture(scope="module")
def service(redis_server: str, blob_folder: Path) -> Iterator[Served]:
    with served(blob_folder, redis_server, VOUCH_HEARTBEAT_SECONDS="0.1") as running:
        yield running


@pytest.fixture
def blobs(service: Served, blob_folder: Path) -> BlobStore:
    return BlobStore.at(StorageSettings(blobs=str(blob_folder / "blobs")))


@pytest.fixture
async def client(service: Served) -> AsyncIterator[AsyncClient]:
    url = f"http://127.0.0.1:{service.port}"
    async with AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
        yield client


@asynccontextmanager
async def following(
    client: AsyncClient, job_id: str, **headers: str
) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of a job, one by one."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.stream("GET", f"/v1/jobs/{job_id}/events", headers=named) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events_in(answer)


async def events_in(answer: Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields["event"], fields["id"], json.loads(fields["data"])
            fields = {}


def read_page(attempts: AttemptStore, blobs: BlobStore, job: Job, number: int, pages: int) -> None:
    """What a worker does after each page."""
    blobs.put(part_key(job.id, number), json.dumps({"number": number}).encode())
    attempts.pages_read(job.id, 1, number, pages)


async def test_a_job_is_told_from_submit_to_record(
    client: AsyncClient,
    jobs: JobStore,
    attempts: AttemptStore,
    blobs: BlobStore,
    job: Job,
    record: Record,
) -> None:
    await jobs.submit(job)
    async with following(client, job.id) as events:
        name, told, snapshot = await anext(events)
        assert (name, told, snapshot["status"]) == ("snapshot", "0", "queued")
        work(attempts, job.id, "perceive")
        name, _, status = await anext(events)
        assert (name, status["status"]) == ("status", "running")
        attempts.enter(job.id, 1, "read")
        name, _, stage = await anext(events)
        assert (name, stage["stage"]) == ("stage", "read")
        for number in (1, 2):
            read_page(attempts, blobs, job, number, 2)
            assert await anext(events) == ("page", str(number), {"number": number})
        for leg in ("perceive", "interpret"):
            attempts.hand_over(job.id, 1, leg, f"jobs/{leg}", 0.5)
            attempts.claim(job.id, 1, "conclude" if leg == "interpret" else "interpret")
        attempts.succeed(job.id, 1, record, 0.5)
        name, _, status = await anext(events)
        assert (name, status["status"]) == ("status", "succeeded")
        name, told, done = await anext(events)
        assert (name, told) == ("done", "2")
        assert [event async for event in events] == []
    ended = EndedJob.model_validate(done)
    assert (ended.status, ended.decision) == ("succeeded", "review")
    assert ended.links.record == f"/v1/jobs/{job.id}/record"


async def test_who_comes_back_is_told_the_pages_that_are_missing(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, blobs: BlobStore, job: Job
) -> None:
    await jobs.submit(job)
    work(attempts, job.id, "perceive")
    for number in (1, 2, 3):
        read_page(attempts, blobs, job, number, 4)
    async with following(client, job.id, Last_Event_ID="1") as events:
        assert (await anext(events))[0] == "snapshot"
        assert [(await anext(events))[:2] for _ in range(2)] == [("page", "2"), ("page", "3")]
    for nonsense in ("nonsense", "-1", "9" * 5000):
        async with following(client, job.id, Last_Event_ID=nonsense) as events:
            await anext(events)
            assert [(await anext(events))[1] for _ in range(3)] == ["1", "2", "3"]


async def test_who_comes_late_is_told_all_at_once(
    client: AsyncClient, jobs: JobStore, attempts: AttemptStore, job: Job, record: Record
) -> None:
    await jobs.submit(job)
    finish(attempts, job.id, record)
    async with following(client, job.id) as events:
        assert [name async for name, _, _ in events] == ["snapshot", "done"]


async def test_a_deleted_job_is_gone(client: AsyncClient, jobs: JobStore, job: Job) -> None:
    await jobs.submit(job)
    async with following(client, job.id) as events:
        assert (await anext(events))[0] == "snapshot"
        await jobs.delete(job.id, "local")
        assert await anext(events) == ("gone", "0", {"id": job.id})
        assert [event async for event in events] == []
    assert (await client.get(f"/v1/jobs/{job.id}/events")).status_code == 404


async def test_a_stream_shows_that_it_is_alive(
    client: AsyncClient, jobs: JobStore, job: Job
) -> None:
    await jobs.submit(job)
    async with client.stream("GET", f"/v1/jobs/{job.id}/events") as answer:
        lines = answer.aiter_lines()
        with anyio.fail_after(10):
            while await anext(lines) != ": waiting":
                pass


async def test_many_listeners_cost_no_connection_and_no_thread(
    service: Served, jobs: JobStore, attempts: AttemptStore, job: Job
) -> None:
    await jobs.submit(job)
    status = Path(f"/proc/{service.process.pid}/status")

    def threads() -> int:
        (line,) = [line for line in status.read_text().splitlines() if line.startswith("Threads")]
        return int(line.split()[1])

    async def connections() -> int:
        return len(await jobs.redis.client_list())

    before = threads(), await connections()
    request = f"GET /v1/jobs/{job.id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    peers = [service.peer() for _ in range(200)]
    try:
        for peer in peers:
            peer.sendall(request)
        for peer in peers:
            while b"event: snapshot" not in peer.recv(65536):
                pass
        # a burst of views takes connections of the pool, which stays as large as it is
        assert (threads(), await connections()) <= (before[0], before[1] + 64)
        await jobs.cancel(job.id, "local")
        for peer in peers:
            seen = b""
            while b"event: done" not in seen:
                seen += peer.recv(65536)
    finally:
        for peer in peers:
            peer.close()
