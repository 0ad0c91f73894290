"""What is in Redis and on the disk that should not stay."""

from collections import Counter
from pathlib import Path

from redis import Redis

from vouch.storage.keys import FLIGHT, TURNS
from vouch.storage.queues import QUEUES, lists_of

FOR_EVER = (
    "vouch:key:",
    "vouch:keys",
    "vouch:schema:",
    "vouch:schemas:",
    "vouch:tenant:",
    "vouch:tenants",
    "_kombu.binding",
)
"""Configuration that somebody made, and which queues there are (the broker's own)."""
_JOBS_OWN = ("vouch:job:", "vouch:line:", "vouch:batch:", "vouch:again:", "vouch:reuse:")


def endless_keys(redis: Redis) -> tuple[Counter[str], set[str]]:
    """Keys without a time limit: how many of each kind may be so, and which may not."""
    messages = {name for queue in QUEUES for name in lists_of(queue)}
    allowed: Counter[str] = Counter()
    others = set()
    for key in redis.scan_iter(count=1000):
        if redis.ttl(key) != -1 or key in messages:
            continue
        kind = next((prefix for prefix in FOR_EVER if key.startswith(prefix)), None)
        if kind is None:
            others.add(key)
        else:
            allowed[kind] += 1
    return allowed, others


def left_over(redis: Redis, blobs: Path) -> dict[str, int]:
    """What deleted jobs have left: in Redis, in the queues, in the blob store."""
    lists = [name for queue in QUEUES for name in lists_of(queue)]
    return {
        "keys": sum(key.startswith(_JOBS_OWN) for key in redis.scan_iter(count=1000)),
        "messages": sum(int(str(redis.llen(name))) for name in lists),
        "in_flight": int(str(redis.zcard(FLIGHT))),
        "turns": int(str(redis.zcard(TURNS))),
        "blobs": sum(path.is_file() for path in (blobs / "jobs").rglob("*")),
    }
