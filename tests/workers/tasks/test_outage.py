"""Redis goes away in the middle of a leg, and comes back: nothing that was found is lost."""

import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from structlog.testing import capture_logs

from tests.workers.tasks.processes import seen, submit
from vouch.cli.redis_server import redis_command, wait_for_redis
from vouch.schemas.geometry import Polygon
from vouch.schemas.job import Job
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import open_queues, task_name
from vouch.storage.settings import StorageSettings
from vouch.workers.app import Engines
from vouch.workers.engines.fake_elements import FakeElements
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.images import RgbImage
from vouch.workers.settings import IngestLimits
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.heartbeat import Heartbeat
from vouch.workers.tasks.workplace import Workplace

PATIENCE = 60.0


class OwnRedis:
    """One that can be stopped, keeps what it has, and is started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://{folder / 'redis.sock'}"
        self.start()

    def start(self) -> None:
        command = redis_command(self._folder, self._folder / "redis.sock")
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert wait_for_redis(self.url)

    def stop(self) -> None:
        self._server.terminate()
        self._server.wait(PATIENCE)


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    # a socket's path may have 107 characters: pytest's own folders are too deep
    with tempfile.TemporaryDirectory(prefix="vouch-") as folder:
        server = OwnRedis(Path(folder))
        yield server
        server.stop()


@dataclass(frozen=True, slots=True)
class Interrupted(FakeOcr):
    """Redis stops while it looks; when it has read the page, Redis starts again before long."""

    server: OwnRedis | None = None

    def detect(self, image: RgbImage, side: int) -> tuple[Polygon, ...]:
        if self.server is not None:
            self.server.stop()
            threading.Timer(1.0, self.server.start).start()
        return FakeOcr.detect(self, image, side)


async def test_a_leg_survives_an_outage_and_hands_over_when_it_is_past(
    own_redis: OwnRedis, tmp_path: Path, job: Job
) -> None:
    storage = StorageSettings(redis_url=own_redis.url, blobs=str(tmp_path / "blobs"))
    layout = GeometryLayout("receipt")
    engines = Engines(Interrupted(server=own_redis), layout, layout, FakeElements())
    blobs = BlobStore.at(storage)
    async with JobStore.at(storage) as jobs:
        ticket = await submit(jobs, blobs, job)
    with AttemptStore.at(storage) as attempts, open_queues(storage) as app:
        place = Workplace(attempts, blobs, IngestLimits(), engines)
        register_legs(app, place, Heartbeat(attempts))
        message = {"job_id": ticket.job_id, "attempt": 1}
        app.tasks[task_name("depict")].apply(kwargs=message)
        with capture_logs() as logs:
            app.tasks[task_name("perceive")].apply(kwargs=message)
    with Redis.from_url(own_redis.url, decode_responses=True) as redis:
        found = seen(redis, ticket.job_id)
        assert (found.leg, found.attempt, found.failures) == ("interpret", 1, 0)
        assert redis.llen("vlm\x06\x161") == 1
    assert logs[-1]["event"] == "leg_done"
