"""Many jobs while workers are killed and Redis is restarted, and what became of them."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from redis import Redis

from tests.chaos.callers import Seen, Told, call_all
from tests.chaos.documents import page, thumbnail
from tests.chaos.history import Held, legs_begun, records_written, said
from tests.chaos.killing import Kill, Killer
from tests.stacks import stack_with
from vouch.schemas.job import TERMINAL
from vouch.schemas.value import Value

_CALLERS = 8


class Chaos(Value):
    """How a run went. All of lost, doubled, unfinished, twins and faults must be 0."""

    jobs: int
    lost: int
    """Accepted, and then unknown, or succeeded without a record."""
    doubled: int
    """Records that were written more than once."""
    unfinished: int
    twins: int
    """Jobs that nobody asked for: a repeated request that made another job."""
    faults: tuple[str, ...]
    """Answers with 5xx other than 503 with Retry-After."""
    statuses: Mapping[str, int]
    quarantined: int
    worker_kills: int
    api_kills: int
    redis_restarts: int
    legs_recovered: int
    """Legs that a killed worker held and somebody else began again …"""
    recovery_s_p50: float | None
    """… and how many seconds after the kill."""
    recovery_s_p95: float | None
    recovery_s_max: float | None
    duplicates_delivered: int
    """Messages about a leg that was not due any more: refused, without effect."""
    attempts: Mapping[str, int]
    """How many jobs took so many."""
    answers: Mapping[str, int]
    seconds: float
    """From the first submit to the last end."""

    @property
    def is_good(self) -> bool:
        wrong = self.lost + self.doubled + self.unfinished + self.twins + len(self.faults)
        return not wrong and (self.recovery_s_p95 or 0) <= 10


def chaos(
    folder: Path,
    jobs: int,
    seed: int,
    pause: tuple[float, float],
    workers: int = 2,
    seconds: float = 1800,
) -> Chaos:
    """Run it in this folder. `pause` is between two deaths; `seconds` bounds the whole."""
    documents = [page() if number % 10 == 0 else thumbnail() for number in range(jobs)]
    told = Told()
    with stack_with(folder, workers, VOUCH_VLM="fake") as stack:
        began = time.monotonic()
        with Killer(stack, seed, pause, lambda: told.finished / jobs) as killer:
            seen = call_all(stack.url, told, documents, _CALLERS, seconds)
        took = time.monotonic() - began
        with Redis.from_url(stack.redis_url, decode_responses=True) as redis:
            rows = job_rows(redis)
    logs = [log for log in stack.logs.glob("*.log") if log.name not in ("api.log", "redis.log")]
    written = records_written(folder / "redis" / "appendonly.aof")
    return _judged(jobs, seen, rows, written, logs, killer, told, took)


def _judged(
    jobs: int,
    seen: Sequence[Seen],
    rows: Mapping[str, Mapping[str, str]],
    written: Counter[str],
    logs: Sequence[Path],
    killer: Killer,
    told: Told,
    took: float,
) -> Chaos:
    accepted = {each.job_id for each in seen}
    waits = recoveries(killer.kills, legs_begun(logs))
    return Chaos(
        jobs=jobs,
        lost=jobs - len(accepted) + sum(_is_lost(each, rows, written) for each in seen),
        doubled=sum(
            written[job_id] > 1 or int(row.get("records", 0)) > 1 for job_id, row in rows.items()
        ),
        unfinished=sum(rows.get(job_id, {}).get("status") not in TERMINAL for job_id in accepted),
        twins=len(rows.keys() - accepted),
        faults=tuple(told.faults),
        statuses=Counter(each.status for each in seen),
        quarantined=sum(each.status == "quarantined" for each in seen),
        worker_kills=sum(kill.name != "api" for kill in killer.kills),
        api_kills=sum(kill.name == "api" for kill in killer.kills),
        redis_restarts=killer.redis_restarts,
        legs_recovered=len(waits),
        recovery_s_p50=_quantile(waits, 50),
        recovery_s_p95=_quantile(waits, 95),
        recovery_s_max=_quantile(waits, 100),
        duplicates_delivered=said(logs, "leg_not_ours"),
        attempts=dict(sorted(Counter(row["attempt"] for row in rows.values()).items())),
        answers=dict(told.answers),
        seconds=round(took, 1),
    )


def recoveries(kills: Iterable[Kill], begun: Sequence[Held]) -> list[float]:
    """Seconds from each kill until a leg that died with it was begun again; shortest first.

    A leg that had ended all the same, before its worker could say so, is never begun again.
    """
    waits = []
    for kill in kills:
        for held in kill.held:
            again = (
                each.begun_at
                for each in begun
                if (each.job_id, each.leg) == (held.job_id, held.leg) and each.begun_at > kill.at
            )
            first = next(again, None)
            if first is not None:
                waits.append(first - kill.at)
    return sorted(waits)


def _is_lost(seen: Seen, rows: Mapping[str, Mapping[str, str]], written: Counter[str]) -> bool:
    row = rows.get(seen.job_id)
    if row is None or seen.status == "unknown":
        return True
    return row["status"] == "succeeded" and not (seen.has_record and written[seen.job_id])


def job_rows(redis: Redis) -> dict[str, dict[str, str]]:
    """What Redis knows of every job, by id."""
    keys = [key for key in redis.scan_iter("vouch:job:*", 1000) if key.count(":") == 2]
    return {key.split(":")[2]: cast("dict[str, str]", redis.hgetall(key)) for key in keys}


def _quantile(waits: Sequence[float], percent: int) -> float | None:
    if not waits:
        return None
    if percent == 100 or len(waits) == 1:
        return round(waits[-1], 2)
    return round(statistics.quantiles(waits, n=100, method="inclusive")[percent - 1], 2)
