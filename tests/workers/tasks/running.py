"""Legs that tests run in their own process, and engines that do odd things."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from celery import Celery
from redis import Redis

from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Job, Leg
from vouch.schemas.text import Token
from vouch.storage.attempts import AttemptStore
from vouch.storage.keys import RESTING
from vouch.storage.queues import task_name
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.images import RgbImage
from vouch.workers.tasks.heartbeat import Heartbeat

WithOcr = Callable[[FakeOcr], tuple[Celery, Heartbeat]]
"""Makes an app that reads with this engine."""


@dataclass(frozen=True, slots=True)
class Hooked(FakeOcr):
    """Before it reads, something happens; it counts how often it was asked."""

    before: Callable[[], object] = lambda: None
    calls: list[int] = field(default_factory=list)

    def recognise(self, image: RgbImage, runs: Sequence[Polygon]) -> tuple[Token, ...]:
        self.calls.append(len(runs))
        self.before()
        return FakeOcr.recognise(self, image, runs)


def failing(error: Exception) -> Hooked:
    def fail() -> None:
        raise error

    return Hooked(before=fail)


def run(app: Celery, leg: Leg, job: Job, attempt: int = 1) -> None:
    app.tasks[task_name(leg)].apply(kwargs={"job_id": job.id, "attempt": attempt})


def waiting(redis: Redis, queue: str) -> list[str]:
    """Tasks with their attempts, of normal rank: begun ones, then new ones."""
    keys = (f"{queue}\x06\x161", f"{queue}\x06\x164")
    headers = [json.loads(each)["headers"] for key in keys for each in redis.lrange(key, 0, -1)]
    return [f"{header['task']} {header['id'].partition('.')[2]}" for header in headers]


def let_begin_again(redis: Redis, attempts: AttemptStore, job: Job) -> None:
    """The pause before a job's next attempt is over."""
    redis.zadd(RESTING, {f"{job.id}:{job.tenant}": 1}, xx=True)
    attempts.reap()
