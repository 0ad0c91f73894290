"""What pictures look like to a picture model, and which of a tenant's look most alike.

An embedding lies beside its job's record, as long as that, and goes with the job. Tenants have
thousands of jobs, so comparing with each is quick enough and needs no index that could leak.
"""

import asyncio
import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import cast

from redis.asyncio import Redis

from vouch.schemas.errors import JobNotFound, NotComparable, RecordNotReady
from vouch.storage.keys import embedding_key, index_key, job_key
from vouch.storage.writes import redis_answering

MOST_COMPARED = 1_000
"""Of a tenant's jobs, the newest: one request reads some 2 MB then, and takes 75 ms."""
_AT_ONCE = 200
_MODEL_LETTERS = 16
"""Of a model's digest: embeddings of different models say nothing of each other."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a job's picture looks like another."""

    job_id: str
    similarity: float
    """Cosine of the two embeddings, -1 to 1."""


def packed(model: str, embedding: Sequence[float]) -> str:
    """An embedding as Redis keeps it: the digest of its model, then numbers of 16 bits."""
    length = math.hypot(*embedding) or 1.0
    content = struct.pack(f"<{len(embedding)}e", *(number / length for number in embedding))
    return f"{model[:_MODEL_LETTERS]}:{b64encode(content).decode()}"


async def most_alike(
    redis: Redis, tenant: str, job_id: str, limit: int
) -> tuple[tuple[Likeness, ...], int]:
    """A tenant's jobs whose pictures look most like this job's, and how many were compared.

    JobNotFound, RecordNotReady while the job has not succeeded, NotComparable where no picture
    model has looked at it.
    """
    own = await _own(redis, tenant, job_id)
    with redis_answering():
        ids = await redis.zrevrange(index_key(tenant), 0, MOST_COMPARED - 1)
    others = [other for other in cast("list[str]", ids) if other != job_id]
    kept = [
        (other, text)
        for other, text in zip(others, await _embeddings(redis, others), strict=True)
        if text is not None and _model_of(text) == _model_of(own)
    ]
    # a tenth of a second at most, and others have work to do
    found = await asyncio.to_thread(ranked, own, kept)
    return found[:limit], len(found)


async def _own(redis: Redis, tenant: str, job_id: str) -> str:
    key = job_key(job_id)
    with redis_answering():
        owner, status = await redis.hmget(key, ["tenant", "status"])
        own = await redis.get(embedding_key(job_id))
    if owner != tenant:
        raise JobNotFound("no job has this id")
    if status != "succeeded":
        raise RecordNotReady(f"the job has no record: it is {status!s}")
    if own is None:
        raise NotComparable(
            "no picture model looked at this job: VOUCH_CLIP was not set, or it was masked"
        )
    return str(own)


async def _embeddings(redis: Redis, ids: Sequence[str]) -> list[str | None]:
    found: list[str | None] = []
    for start in range(0, len(ids), _AT_ONCE):
        with redis_answering():
            some = await redis.mget(map(embedding_key, ids[start : start + _AT_ONCE]))
        found += cast("list[str | None]", some)
    return found


def ranked(own: str, others: Iterable[tuple[str, str]]) -> tuple[Likeness, ...]:
    """Most alike first; of those that are equally so, in the order in which they come."""
    wanted = _numbers(own)
    found = [
        Likeness(job_id, _rounded(sum(map(mul, wanted, _numbers(text))))) for job_id, text in others
    ]
    return tuple(sorted(found, key=lambda one: -one.similarity))


def _rounded(cosine: float) -> float:
    """To what numbers of 16 bits can say."""
    return max(-1.0, min(round(cosine, 3), 1.0))


def _model_of(text: str) -> str:
    return text[:_MODEL_LETTERS]


def _numbers(text: str) -> tuple[float, ...]:
    content = b64decode(text[_MODEL_LETTERS + 1 :])
    return struct.unpack(f"<{len(content) // 2}e", content)
