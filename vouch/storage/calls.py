"""Calls that are due: which ended job's receiver is to be told when, and what became of it.

A courier takes a call by moving its score in `vouch:calls` forward, which is its lease: when the
courier dies, the call is due again. The score is also the token: who settles a call must still
bear it, so that neither a courier that was slow nor an event that came meanwhile is lost.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import msgspec
from redis.asyncio import Redis

from vouch.schemas.job import Job
from vouch.schemas.record import Outcome
from vouch.schemas.webhook import Deliveries, Delivery
from vouch.storage.keys import job_key, record_key
from vouch.storage.reading import stored_jobs
from vouch.storage.scripts import Script, script
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import open_redis, redis_answering

CALLS = "vouch:calls"
"""Redis sorted set of job ids, by when their receivers are to be told, in ms of Redis's clock."""
_MOST_LOGGED = 100
_CONNECTIONS = 16


class _Decided(msgspec.Struct):
    outcome: Outcome


class _Recorded(msgspec.Struct):
    """Of a record what is told."""

    decision: _Decided


def calls_key(job_id: str) -> str:
    """Redis list of what became of a job's calls; goes with the job."""
    return f"{job_key(job_id)}:calls"


@dataclass(frozen=True)
class Claim:
    """Leave to tell of one job, until the lease is over."""

    job_id: str
    token: str


class CallStore:
    """The calls of every tenant, for the couriers. Times are in seconds.

    Use as an async context manager. Every method raises StoreUnavailable when Redis does not
    answer.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @classmethod
    def at(cls, settings: StorageSettings) -> Self:
        """A store on the configured Redis; nothing is connected yet."""
        return cls(open_redis(settings.redis_url, _CONNECTIONS))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    async def claim(self, most: int, lease: float) -> tuple[Claim, ...]:
        """Some calls that are due, the longest due first."""
        pairs = await self._run("call_claim", most, _milliseconds(lease))
        claims = zip(pairs[::2], pairs[1::2], strict=True)
        return tuple(Claim(job_id, token) for job_id, token in claims)

    async def renew(self, claim: Claim, lease: float) -> Claim | None:
        """The claim with its lease begun anew; None when it is not ours any more."""
        renewed = await self._run("call_renew", claim.job_id, claim.token, _milliseconds(lease))
        return Claim(claim.job_id, renewed[0]) if renewed else None

    async def settle(
        self, claim: Claim, delivery: Delivery | None = None, again_in: float | None = None
    ) -> None:
        """Log what was tried, and be done with the call or have it again later."""
        entry = "" if delivery is None else delivery.model_dump_json()
        answer = "" if delivery is None else delivery.answer
        delay = "" if again_in is None else _milliseconds(again_in)
        await self._run(
            "call_settle", claim.job_id, claim.token, entry, answer, delay, _MOST_LOGGED
        )

    async def schedule(self, job_id: str) -> None:
        """Have a job's receiver told now, whatever it was told before."""
        await self._run("call_schedule", job_id)

    async def job(self, job_id: str) -> Job | None:
        """The job that is told of; None when it has been purged."""
        found = await stored_jobs(self._redis, [job_id])
        return found[0] if found else None

    async def decision(self, job_id: str) -> Outcome | None:
        """What the job's record advises; None without a record."""
        with redis_answering():
            record = await self._redis.get(record_key(job_id))
        return msgspec.json.decode(record, type=_Recorded).decision.outcome if record else None

    async def last_delivery(self, job_id: str) -> Delivery | None:
        """What was tried last; None when nothing was."""
        with redis_answering():
            entry: Any = await self._redis.lindex(calls_key(job_id), -1)
        return None if entry is None else Delivery.model_validate_json(entry)

    async def deliveries(self, job_id: str) -> Deliveries:
        """What became of a job's calls so far."""
        with redis_answering():
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.lrange(calls_key(job_id), 0, -1)
                pipeline.zscore(CALLS, job_id)
                entries, due = await pipeline.execute()
        tried = tuple(Delivery.model_validate_json(entry) for entry in entries)
        next_at = None if due is None else datetime.fromtimestamp(float(due) / 1000, UTC)
        return Deliveries(deliveries=tried, next_at=next_at)

    async def _run(self, name: Script, *arguments: str | int) -> list[str]:
        with redis_answering():
            answer: list[str] = await self._redis.register_script(script(name))(args=arguments)
        return answer


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
