"""Thousands who wait at once, each for a job of its own."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor

import httpx

from vouch.evals.bench_depth import percentile
from vouch.evals.lines import filled
from vouch.evals.load import each_once, get
from vouch.evals.rig import Running, wait_until
from vouch.storage.jobs import JobStore
from vouch.storage.settings import StorageSettings

_PAUSE_SECONDS = 0.004
"""Between two changes: 250 a second, more than workers of many machines make."""
_WAIT = 60


def waiters(
    ours: Running, storage: StorageSettings, load: ProcessPoolExecutor, count: int
) -> Mapping[str, float]:
    """Errors, memory of each, and how long after a job's end its caller knows."""
    ids = asyncio.run(filled(storage, count))
    held = ours.resident_bytes()
    asked = load.submit(each_once, ours.port, [get(f"/v1/jobs/{one}?wait={_WAIT}") for one in ids])
    wait_until(lambda: asked.done() or _waiting(ours) >= count)
    at_once, grown = _waiting(ours), ours.resident_bytes() - held
    ended = asyncio.run(_end(storage, ids))
    answers = asked.result()
    good = [(one, at) for one, at in zip(answers, ended, strict=True) if one.status == 200]
    late = [one.ended - at for one, at in good]
    return {
        "long_poll_waiters": at_once,
        "long_poll_errors": sum(
            one.status != 200 or one.ended < at for one, at in zip(answers, ended, strict=True)
        ),
        "long_poll_bytes_per_waiter": round(grown / count),
        "long_poll_p50_ms": round(1000 * percentile(late, 50), 2),
        "long_poll_p95_ms": round(1000 * percentile(late, 95), 2),
    }


async def _end(storage: StorageSettings, ids: Sequence[str]) -> list[float]:
    """Cancel one after the other; when each was."""
    ended = []
    async with JobStore.at(storage) as jobs:
        for job_id in ids:
            ended.append(time.monotonic())
            await jobs.cancel(job_id, "local")
            await asyncio.sleep(_PAUSE_SECONDS)
    return ended


def _waiting(ours: Running) -> int:
    text = httpx.get(f"http://127.0.0.1:{ours.port}/metrics", trust_env=False).text
    [line] = [one for one in text.splitlines() if one.startswith("vouch_http_waiters ")]
    return int(float(line.split()[1]))
