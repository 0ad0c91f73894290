"""Celery delivers again what a worker has had for too long: the broker's idea, not ours."""

import time
from pathlib import Path
from typing import Any, cast

from redis import Redis

from tests.chaos.callers import Told, calling
from tests.chaos.documents import thumbnail
from tests.chaos.history import legs_in_hand, records_written, said
from tests.eventually import eventually
from tests.stacks import stack_with
from vouch.storage.keys import job_key
from vouch.storage.queues import open_queues
from vouch.storage.settings import StorageSettings


def test_a_leg_that_outlasts_the_visibility_timeout_is_done_once(tmp_path: Path) -> None:
    """The model waits for company for longer than a message may be unacknowledged."""
    vision = {"VOUCH_VLM": "fake", "VOUCH_VISION__GATHER_SECONDS": "5"}
    with (
        stack_with(tmp_path, 1, **vision) as stack,
        calling(stack.url, Told(), time.monotonic() + 90) as caller,
        Redis.from_url(stack.redis_url, decode_responses=True) as redis,
    ):
        job_id, log = caller.submit(thumbnail()), stack.logs / "vlm.log"
        eventually(lambda: bool(legs_in_hand(log)))
        with open_queues(short_sighted(stack.redis_url)) as app, app.connection() as broker:
            sweep = cast("Any", broker.default_channel).qos.restore_visible
            eventually(lambda: sweep(interval=1) or said([log], "leg_not_ours") >= 1)
        assert redis.hmget(job_key(job_id), ["leg", "held"]) == ["interpret", "1"], (
            "it was too short"
        )
        assert caller.follow(job_id).status == "succeeded"
        assert redis.hmget(job_key(job_id), ["attempt", "records"]) == ["1", "1"]
    assert records_written(tmp_path / "redis" / "appendonly.aof")[job_id] == 1


def short_sighted(redis_url: str) -> StorageSettings:
    """As a worker has it that looks for messages which nobody acknowledged within a second."""
    return StorageSettings(redis_url=redis_url, visibility_timeout_seconds=1)
