"""What a long line costs: memory a job, and what callers feel of it."""

import asyncio
import statistics
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from redis import Redis

from vouch.evals.lines import fill_fast, filled
from vouch.evals.load import Answered, get, many, post_file
from vouch.evals.rig import Running
from vouch.storage.settings import StorageSettings

_PEERS = 2
_SECONDS = 4.0
_TURNS = 3


def depth(
    ours: Running, storage: StorageSettings, load: ProcessPoolExecutor, jobs: int, file: bytes
) -> Mapping[str, float]:
    """Latency of polls and submits with a short line and with a long one; Redis's memory a job."""
    with Redis.from_url(storage.redis_url) as redis:
        redis.flushall()
        ids = asyncio.run(filled(storage, 100))
        before = _latencies(ours, load, ids, file, "before")
        used = _used(redis)
        fill_fast(storage, jobs)
        a_job = (_used(redis) - used) / jobs
    after = _latencies(ours, load, ids, file, "after")
    return {"queued_jobs": jobs, "redis_bytes_per_job": round(a_job), **before, **after}


def percentile(values: list[float], share: float) -> float:
    """The value that so many percent of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share) - 1]


def _latencies(
    ours: Running, load: ProcessPoolExecutor, ids: list[str], file: bytes, when: str
) -> dict[str, float]:
    wishes = {
        "poll": [get(f"/v1/jobs/{job_id}") for job_id in ids],
        "submit": [post_file("/v1/jobs", file)],
    }
    seen: dict[str, list[Answered]] = {"poll": [], "submit": []}
    for _ in range(_TURNS):
        for name, requests in wishes.items():
            seen[name] += load.submit(many, ours.port, requests, _PEERS, _SECONDS).result()
    found = {}
    for name, answers in seen.items():
        seconds = [one.seconds for one in answers if one.status in (200, 202)]
        found[f"{name}_p50_ms_{when}"] = round(1000 * percentile(seconds, 50), 3)
        found[f"{name}_p95_ms_{when}"] = round(1000 * percentile(seconds, 95), 3)
    return found


def _used(redis: Redis) -> int:
    """Bytes without the buffers of clients, which come and go."""
    memory: Any = redis.info("memory")
    return int(memory["used_memory"]) - int(memory["mem_clients_normal"])
