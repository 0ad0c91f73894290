"""`make bench-api`: the service against bare Litestar, many who wait, a long line, two workers.

Everything is real: Redis, service process, worker processes; load comes from a process of its own.
Ours and the bare handler take turns on the same machine in the same run. Requests a second of a
shared machine vary, so processor seconds of the server for each request are given too. The last
line printed is one JSON object.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx
import typer
from redis import Redis

from vouch.evals.bare_api import VIEW
from vouch.evals.bench_depth import depth
from vouch.evals.bench_waiters import waiters
from vouch.evals.bench_workers import two_workers
from vouch.evals.lines import filled
from vouch.evals.load import get, loader, many, post_file
from vouch.evals.rig import Running, listening, own_redis
from vouch.schemas.value import Value
from vouch.storage.settings import StorageSettings

_PEERS = 16
FILE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 781
"""200 kB that begin like a JPEG: what is inside, only workers look at."""


class Part(StrEnum):
    """What can be measured alone."""

    POLLS = "polls"
    SUBMITS = "submits"
    WAITERS = "waiters"
    DEPTH = "depth"
    WORKERS = "workers"


class ApiBench(Value):
    """What `make bench-api` prints last; None for parts that were not asked for."""

    poll_ratio: float | None = None
    """Polls a second over those of the bare handler: the median of the rounds."""
    poll_ratio_by_cpu: float | None = None
    """The same by the server's processor seconds a request, which a busy machine changes less."""
    polls_per_second: float | None = None
    bare_polls_per_second: float | None = None
    poll_cpu_ms: float | None = None
    bare_poll_cpu_ms: float | None = None
    poll_errors: int | None = None
    submit_ratio: float | None = None
    submit_ratio_by_cpu: float | None = None
    submits_per_second: float | None = None
    bare_submits_per_second: float | None = None
    submit_cpu_ms: float | None = None
    bare_submit_cpu_ms: float | None = None
    submit_errors: int | None = None
    long_poll_waiters: int | None = None
    """Who waited at once."""
    long_poll_errors: int | None = None
    """Who got no answer, another status than 200, or an answer before the job had ended."""
    long_poll_bytes_per_waiter: int | None = None
    """By which the service's resident memory grew."""
    long_poll_p50_ms: float | None = None
    """From the change to the end of the answer."""
    long_poll_p95_ms: float | None = None
    queued_jobs: int | None = None
    redis_bytes_per_job: int | None = None
    poll_p50_ms_before: float | None = None
    poll_p95_ms_before: float | None = None
    poll_p50_ms_after: float | None = None
    poll_p95_ms_after: float | None = None
    submit_p50_ms_before: float | None = None
    submit_p95_ms_before: float | None = None
    submit_p50_ms_after: float | None = None
    submit_p95_ms_after: float | None = None
    two_workers_ratio: float | None = None
    one_worker_pages_per_second: float | None = None
    two_workers_pages_per_second: float | None = None


class Contest:
    """Ours and a bare handler in turn, under the same load."""

    def __init__(self, load: ProcessPoolExecutor, rounds: int, seconds: float) -> None:
        self._load = load
        self._rounds = rounds
        self._seconds = seconds

    def run(
        self,
        name: str,
        ours: tuple[Running, Sequence[bytes]],
        bare: tuple[Running, Sequence[bytes]],
    ) -> Mapping[str, float]:
        """Their ratio by requests a second, and by processor seconds of the server a request."""
        both = {"ours": ours, "bare": bare}
        for running, requests in both.values():  # whoever is cold
            self._load.submit(many, running.port, requests, _PEERS, 0.5).result()
        rates: dict[str, list[float]] = {who: [] for who in both}
        cpu: dict[str, list[float]] = {who: [] for who in both}
        errors = 0
        for number in range(self._rounds):
            for who in ("ours", "bare") if number % 2 else ("bare", "ours"):
                running, requests = both[who]
                spent = running.cpu_seconds()
                seen = self._load.submit(many, running.port, requests, _PEERS, self._seconds)
                good = [one for one in seen.result() if one.status in (200, 202)]
                errors += len(seen.result()) - len(good)
                rates[who].append(len(good) / self._seconds)
                cpu[who].append((running.cpu_seconds() - spent) / max(1, len(good)))
        pairs = zip(rates["ours"], rates["bare"], strict=True)
        return {
            f"{name}_ratio": round(statistics.median(a / b for a, b in pairs), 3),
            f"{name}_ratio_by_cpu": round(_middle(cpu["bare"]) / _middle(cpu["ours"]), 3),
            f"{name}s_per_second": round(_middle(rates["ours"]), 1),
            f"bare_{name}s_per_second": round(_middle(rates["bare"]), 1),
            f"{name}_cpu_ms": round(1000 * _middle(cpu["ours"]), 4),
            f"bare_{name}_cpu_ms": round(1000 * _middle(cpu["bare"]), 4),
            f"{name}_errors": errors,
        }


def polls(
    ours: Running, bare: Running, storage: StorageSettings, contest: Contest
) -> Mapping[str, float]:
    """Looks at queued jobs, against one GET of a string of the same size."""
    ids = asyncio.run(filled(storage, 100))
    with Redis.from_url(storage.redis_url) as redis:
        redis.set(VIEW, _view(ours, ids[0]))
    return contest.run(
        "poll",
        (ours, [get(f"/v1/jobs/{job_id}") for job_id in ids]),
        (bare, [get(f"/poll/{job_id}") for job_id in ids]),
    )


def submits(ours: Running, bare: Running, contest: Contest) -> Mapping[str, float]:
    """Files of 200 kB, against a handler that stores them."""
    return contest.run(
        "submit", (ours, [post_file("/v1/jobs", FILE)]), (bare, [post_file("/submit", FILE)])
    )


def _view(ours: Running, job_id: str) -> bytes:
    url = f"http://127.0.0.1:{ours.port}/v1/jobs/{job_id}"
    return httpx.get(url, trust_env=False).raise_for_status().content


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def main(
    part: Annotated[list[Part] | None, typer.Argument(help="All by default.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of ours and of the bare handler.")] = 6,
    seconds: Annotated[float, typer.Option(help="Of each turn.")] = 4.0,
    waiting: Annotated[int, typer.Option(min=1, help="Callers who wait at once.")] = 2_000,
    jobs: Annotated[int, typer.Option(min=1, help="In the long line.")] = 100_000,
    pages: Annotated[int, typer.Option(min=2, help="That one ocr worker reads.")] = 12,
) -> None:
    """Measure what the service costs."""
    parts = part or list(Part)
    found: dict[str, float] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vouch-")))
        load = stack.enter_context(loader())
        storage = stack.enter_context(own_redis(folder))
        ours = stack.enter_context(listening("vouch.service", storage, folder / "ours.log"))
        contest = Contest(load, rounds, seconds)
        if {Part.POLLS, Part.SUBMITS} & set(parts):
            bare = stack.enter_context(
                listening("vouch.evals.bare_api", storage, folder / "bare.log")
            )
            if Part.POLLS in parts:
                found |= polls(ours, bare, storage, contest)
            if Part.SUBMITS in parts:
                found |= submits(ours, bare, contest)
            bare.stop()
        if Part.WAITERS in parts:
            found |= waiters(ours, storage, load, waiting)
        if Part.DEPTH in parts:
            found |= depth(ours, storage, load, jobs, FILE)
        if Part.WORKERS in parts:
            ours.stop()
            found |= two_workers(storage, folder, pages)
    typer.echo(ApiBench.model_validate(found).model_dump_json(exclude_none=True))


if __name__ == "__main__":
    typer.run(main)
