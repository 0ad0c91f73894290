"""Do two ocr workers read twice as much as one? Each with one thread, on the shipped receipt."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from vouch.evals.rig import started, wait_until
from vouch.schemas.job import Job, Options
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import job_key, live_key, new_job_id
from vouch.storage.queues import open_queues, publish
from vouch.storage.settings import StorageSettings

_SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
_ONE_THREAD = {"VOUCH_OCR_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_WORKER = ("vouch.workers.tasks",)
_SECONDS = 600.0
_SPARE = 8
"""Jobs beyond those that are counted: what a worker has in hand when it is stopped comes back only
through a reaper, and none runs here."""


def two_workers(storage: StorageSettings, folder: Path, pages: int) -> Mapping[str, float]:
    """Pages a second of two workers over those of one; the pages were depicted before."""
    generous = storage.model_copy(update={"jobs_per_worker": 10 * pages, "overdue_seconds": 3600.0})
    with Redis.from_url(storage.redis_url, decode_responses=True) as redis:
        redis.flushall()
        ids = asyncio.run(_submitted(generous, 3 * pages + _SPARE))
        _depict(redis, generous, folder, ids)
        one = _pages_per_second(redis, generous, folder, ids, workers=1, pages=pages)
        two = _pages_per_second(redis, generous, folder, ids, workers=2, pages=2 * pages)
    return {
        "two_workers_ratio": round(two / one, 3),
        "one_worker_pages_per_second": round(one, 3),
        "two_workers_pages_per_second": round(two, 3),
    }


async def _submitted(storage: StorageSettings, count: int) -> list[str]:
    blobs, queues, content = BlobStore.at(storage), open_queues(storage), _SAMPLE.read_bytes()
    ids = [new_job_id() for _ in range(count)]
    async with JobStore.at(storage) as jobs:
        for job_id in ids:
            upload = await blobs.put_content_async(job_id, "upload", content)
            now = datetime.now(UTC)
            job = Job(
                id=job_id,
                status="queued",
                options=Options(),
                upload=upload,
                created_at=now,
                updated_at=now,
            )
            publish(queues, *(await jobs.submit(job)).tickets)
    queues.close()
    return ids


def _depict(redis: Redis, storage: StorageSettings, folder: Path, ids: Sequence[str]) -> None:
    """Have a cpu worker do its part, so that nobody but ocr workers has any left."""
    with started([*_WORKER, "cpu"], storage, folder / "cpu.log", **_settings(storage)) as worker:
        wait_until(lambda: _legs(redis, ids)["perceive"] == len(ids), _SECONDS)
        worker.stop()


def _pages_per_second(
    redis: Redis,
    storage: StorageSettings,
    folder: Path,
    ids: Sequence[str],
    *,
    workers: int,
    pages: int,
) -> float:
    """From the first page that is finished while all of them work, until so many more are."""
    with ExitStack() as stack:
        for number in range(workers):
            log = folder / f"ocr-{workers}-{number}.log"
            stack.enter_context(started([*_WORKER, "ocr"], storage, log, **_settings(storage)))
        wait_until(lambda: redis.zcard(live_key("ocr")) == workers, _SECONDS)
        first, begun = _next(redis, ids, _done(redis, ids) + workers)
        last, over = _next(redis, ids, first + pages)
        redis.delete(live_key("ocr"))
    return (last - first) / (over - begun)


def _next(redis: Redis, ids: Sequence[str], wanted: int) -> tuple[int, float]:
    """How many pages have been read as soon as so many have, and when that was."""
    wait_until(lambda: _done(redis, ids) >= wanted, _SECONDS)
    return _done(redis, ids), time.monotonic()


def _done(redis: Redis, ids: Sequence[str]) -> int:
    return _legs(redis, ids)["interpret"]


def _legs(redis: Redis, ids: Sequence[str]) -> Counter[str]:
    with redis.pipeline(transaction=False) as reading:
        for job_id in ids:
            reading.hget(job_key(job_id), "leg")
        return Counter(reading.execute())


def _settings(storage: StorageSettings) -> dict[str, str]:
    line = {
        "VOUCH_JOBS_PER_WORKER": str(storage.jobs_per_worker),
        "VOUCH_OVERDUE_SECONDS": str(storage.overdue_seconds),
    }
    return {**_ONE_THREAD, **line}
