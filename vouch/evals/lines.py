"""Many queued jobs at once, put in line by the submit script itself."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

from vouch.schemas.job import Job, Options
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.settings import StorageSettings

_AT_ONCE = 32
_PROCESSES = 2


async def filled(storage: StorageSettings, count: int) -> list[str]:
    """The ids of so many new jobs, queued; no upload is stored."""
    wanted = [_job() for _ in range(count)]
    left = iter(wanted)
    async with JobStore.at(storage) as jobs:

        async def fill() -> None:
            for job in left:
                await jobs.submit(job)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_AT_ONCE):
                tasks.create_task(fill())
    return [job.id for job in wanted]


def fill_fast(storage: StorageSettings, count: int) -> None:
    """The same from several processes."""
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        share = count // _PROCESSES
        shares = [share] * (_PROCESSES - 1) + [count - share * (_PROCESSES - 1)]
        list(pool.map(_fill, [storage] * _PROCESSES, shares))


def _fill(storage: StorageSettings, count: int) -> None:
    asyncio.run(filled(storage, count))


def _job() -> Job:
    job_id, now = new_job_id(), datetime.now(UTC)
    return Job(
        id=job_id,
        status="queued",
        options=Options(),
        filename="receipt.jpg",
        upload=f"jobs/{job_id}/upload/{'0' * 64}",
        created_at=now,
        updated_at=now,
    )
