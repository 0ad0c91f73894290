"""Many tenants at once, and what is left of them when all is deleted."""

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from redis import Redis

from tests.chaos.run import job_rows
from tests.eventually import eventually
from tests.load.customers import FILENAME, LINE, RATED, Customer, customers, submitting
from tests.load.left import endless_keys, left_over
from tests.privacy import leaks
from tests.stacks import stack_with
from vouch.cli.stack import Stack
from vouch.schemas.value import Value
from vouch.storage.keys import created_ms, line_key
from vouch.storage.rows import RANK
from vouch.workers.engines.fake_ocr import FIXED_RECEIPT

Rows = Mapping[str, Mapping[str, str]]
_PATIENCE_SECONDS = 120.0


class Share(Value):
    """What a tenant got while all lines were full."""

    weight: float
    finished: int
    ratio: float
    """Its share of all jobs that were finished, through that of its weight: 1 is fair."""


class Load(Value):
    """How a run went."""

    seconds: float
    """For which all lines were full."""
    jobs: int
    shares: Mapping[str, Share]
    unfairness: float
    """How far the ratio that is farthest from 1 is from it."""
    line_seconds: Mapping[str, float]
    """From submit to end, by priority, on average."""
    submit_s_p50: float
    submit_s_p95: float
    answers: Mapping[str, int]
    rated_refusals: int
    """Of the tenant that submits more than it may."""
    faults: tuple[str, ...]
    """Answers with 5xx other than 503 with Retry-After."""
    unfinished: int
    """Jobs that did not succeed."""
    keys_without_ttl: tuple[str, ...]
    """Of those that need one; `kept_for_ever` are configuration and the broker's own."""
    kept_for_ever: Mapping[str, int]
    left: Mapping[str, int]
    """What is left when all jobs are deleted."""
    leaks: tuple[str, ...]
    """Where text of documents, names of files or secrets of keys stand, and may not."""

    @property
    def is_good(self) -> bool:
        wrong = [self.faults, self.keys_without_ttl, self.leaks, any(self.left.values())]
        return not any(wrong) and not self.unfinished and self.unfairness <= 0.2


def load(folder: Path, seconds: float, weights: Sequence[float] = (1, 1, 2, 4)) -> Load:
    """Run it in this folder, with all lines full for so long."""
    with (
        stack_with(folder) as stack,
        Redis.from_url(stack.redis_url, decode_responses=True) as redis,
    ):
        everyone = customers(stack.redis_url, weights)
        with submitting(stack.url, everyone):
            eventually(lambda: all(_is_full(redis, each) for each in everyone))
            began = _now(redis)
            time.sleep(seconds)  # as long as the load is to last
            ended = _now(redis)
        eventually(lambda: not redis.zcard("vouch:turns") and not redis.zcard("vouch:flight"))
        rows = job_rows(redis)
        endless, needless = endless_keys(redis)
        private = [FILENAME, *FIXED_RECEIPT[:5], *(each.key for each in everyone)]
        told = leaks(private, logs=stack.logs)
        if not leaks(private, stack.redis_url, folder / "blobs"):
            raise AssertionError("a leak would not be seen: records hold text of documents")
        _delete_all(stack, everyone)
        left = left_over(redis, folder / "blobs")
        told += leaks(private, stack.redis_url, folder / "blobs", stack.logs)
        endless, needless = Counter(endless), needless | endless_keys(redis)[1]
    done = {
        job_id: row
        for job_id, row in rows.items()
        if row["status"] == "succeeded" and began <= int(row["updated"]) <= ended
    }
    shares = _shares(done, everyone)
    submits = sorted(taken for each in everyone for taken in each.submit_seconds)
    return Load(
        seconds=round((ended - began) / 1000, 1),
        jobs=len(rows),
        shares=shares,
        unfairness=round(max(abs(share.ratio - 1) for share in shares.values()), 3),
        line_seconds=_line_seconds(done),
        submit_s_p50=round(statistics.median(submits), 4),
        submit_s_p95=round(statistics.quantiles(submits, n=20)[-1], 4),
        answers=sum((each.told.answers for each in everyone), Counter()),
        rated_refusals=next(e for e in everyone if e.tenant.name == RATED).told.answers["429"],
        faults=tuple(fault for each in everyone for fault in each.told.faults),
        unfinished=sum(row["status"] != "succeeded" for row in rows.values()),
        keys_without_ttl=tuple(sorted(needless)),
        kept_for_ever=endless,
        left=left,
        leaks=tuple(sorted(set(told))),
    )


def _now(redis: Redis) -> int:
    """Redis's clock in ms."""
    seconds, micros = redis.time()
    return int(seconds) * 1000 + int(micros) // 1000


def _is_full(redis: Redis, customer: Customer) -> bool:
    waiting = int(str(redis.zcard(line_key(customer.tenant.name))))
    return customer.tenant.name == RATED or waiting >= LINE // 2


def _shares(done: Rows, everyone: Sequence[Customer]) -> dict[str, Share]:
    """Of those whose lines were full."""
    finished = Counter(row["tenant"] for row in done.values())
    weights = {
        each.tenant.name: each.tenant.terms.weight for each in everyone if each.tenant.name != RATED
    }
    all_finished = sum(finished[name] for name in weights)
    return {
        name: Share(
            weight=weight,
            finished=finished[name],
            ratio=round(finished[name] / all_finished / (weight / sum(weights.values())), 3),
        )
        for name, weight in weights.items()
    }


def _line_seconds(done: Rows) -> dict[str, float]:
    taken: defaultdict[str, list[float]] = defaultdict(list)
    for job_id, row in done.items():
        taken[row["rank"]].append((int(row["updated"]) - created_ms(job_id)) / 1000)
    return {
        priority: round(statistics.mean(taken[rank]), 2)
        for priority, rank in RANK.items()
        if taken[rank]
    }


def _delete_all(stack: Stack, everyone: Sequence[Customer]) -> None:
    for customer in everyone:
        with customer.calling(stack.url, time.monotonic() + _PATIENCE_SECONDS) as caller:
            while jobs := caller.ask("GET", "/v1/jobs", params={"limit": 200}).json()["jobs"]:
                for job in jobs:
                    answer = caller.ask("DELETE", f"/v1/jobs/{job['id']}")
                    assert answer.status_code == httpx.codes.NO_CONTENT
