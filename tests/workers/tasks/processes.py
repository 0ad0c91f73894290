"""Jobs and worker processes for the tests of the tasks."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from redis import Redis

from vouch.schemas.job import Job, Ticket
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import job_key, new_job_id, wish_key
from vouch.storage.rows import from_row
from vouch.storage.settings import StorageSettings

REPOSITORY = Path(__file__).parents[3]
SAMPLE = REPOSITORY / "samples" / "receipt.jpg"
PATIENCE = 120.0
"""Seconds that no process needs to end."""


async def submit(
    jobs: JobStore, blobs: BlobStore, job: Job, content: bytes | None = None
) -> Ticket:
    """A job like this one, with an id of its own; the message that asks for its first leg."""
    job_id = new_job_id()
    upload = blobs.put_content(job_id, "upload", content or SAMPLE.read_bytes())
    new = job.model_copy(update={"id": job_id, "upload": upload})
    (ticket,) = (await jobs.submit(new)).tickets
    return ticket


def seen(redis: Redis, job_id: str) -> Job:
    """The job as it is now."""
    row = cast("dict[str, str]", redis.hgetall(job_key(job_id)))
    return from_row(str(redis.get(wish_key(job_id))), row)


def environment(storage: StorageSettings, **settings: str) -> dict[str, str]:
    own = {"REDIS_URL": storage.redis_url, "VOUCH_BLOBS": storage.blobs, "VOUCH_OCR": "fake"}
    return {**os.environ, **own, **settings}


@contextmanager
def worker(
    queue: str, storage: StorageSettings, log: Path, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, killed at the end if it still runs."""
    command = [sys.executable, "-m", "vouch.workers.tasks", queue]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, env=environment(storage, **settings), stdout=out, stderr=out
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def said(log: Path, event: str) -> list[dict[str, Any]]:
    """Its log lines of one kind."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]
