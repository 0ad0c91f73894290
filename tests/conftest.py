"""What tests of several rooms need: a real Redis, stores on it, and one job with its record."""

import io
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from PIL import Image
from redis import Redis

from tests.stacks import stack_with
from vouch.cli.redis_server import redis_command, wait_for_redis
from vouch.cli.stack import Stack
from vouch.schemas.document import Quality, Source
from vouch.schemas.geometry import Bbox, Polygon, Transform
from vouch.schemas.job import Job, Options
from vouch.schemas.record import (
    Decision,
    Engine,
    Evidence,
    Field,
    Provenance,
    Record,
    RecordPage,
    SchemaRef,
)
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.settings import StorageSettings

PAGE_WIDTH, PAGE_HEIGHT = 600, 900

# how long an example takes says nothing on a machine that has other work
settings.register_profile("untimed", settings(deadline=None))
settings.load_profile("untimed")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All that `vouch up` starts, with the fake OCR."""
    with stack_with(tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The URL of a Redis of the tests' own, the binary that `vouch up` brings along."""
    # a socket's path may have 107 characters: pytest's own folders are too deep
    with tempfile.TemporaryDirectory(prefix="vouch-") as folder:
        door = Path(folder) / "redis.sock"
        command = redis_command(Path(folder), door)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                assert wait_for_redis(f"unix://{door}")
                yield f"unix://{door}"
            finally:
                server.kill()


@pytest.fixture
def redis(redis_server: str) -> Iterator[Redis]:
    """An empty Redis."""
    with Redis.from_url(redis_server, decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def storage(redis: Redis, redis_server: str, tmp_path: Path) -> StorageSettings:
    """Stores of the test's own."""
    return StorageSettings(redis_url=redis_server, blobs=str(tmp_path / "blobs"))


@pytest.fixture
async def jobs(storage: StorageSettings) -> AsyncIterator[JobStore]:
    async with JobStore.at(storage) as store:
        yield store


@pytest.fixture
def attempts(storage: StorageSettings) -> Iterator[AttemptStore]:
    with AttemptStore.at(storage) as store:
        yield store


@pytest.fixture
def blobs(storage: StorageSettings) -> BlobStore:
    return BlobStore.at(storage)


@pytest.fixture
def job() -> Job:
    now = datetime.now(UTC)
    return Job(
        id=new_job_id(),
        status="queued",
        options=Options(target_precision=0.95),
        filename="shop.png",
        upload="jobs/a/upload/b",
        created_at=now,
        updated_at=now,
    )


@pytest.fixture
def page_png() -> bytes:
    """A white page."""
    out = io.BytesIO()
    Image.new("RGB", (PAGE_WIDTH, PAGE_HEIGHT), "white").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def record(job: Job) -> Record:
    """A page with one accepted field, one to review, one refused and one absent."""
    engine = Engine(name="made-up", digest="0" * 64)
    quality = Quality(
        sharpness=1, sharpness_lowest_tile=1, exposure=0.9, contrast=0.8, glare=0, skew=0, cropped=0
    )
    return Record(
        id=job.id,
        schema_=SchemaRef(name="receipt", version="1", digest="0" * 64),
        decision=Decision(outcome="review", target_precision=0.95),
        confidence=0.99,
        data={"total": "9.00", "date": "2018-12-25"},
        fields={
            "/total": _field("9.00", 0.99, (400, 700, 480, 730), accepted=True),
            "/date": _field("2018-12-25", 0.6, (60, 120, 200, 150)),
            "/tax": Field(value="0.54", status="ungrounded", confidence=0.1),
            "/tip": Field(value=None, status="absent", confidence=None),
        },
        regions=(),
        pages=(
            RecordPage(
                number=1,
                width=PAGE_WIDTH,
                height=PAGE_HEIGHT,
                transform=Transform(),
                quality=quality,
            ),
        ),
        source=Source(
            sha256="0" * 64, media_type="image/png", bytes=3, pages=1, received_at=job.created_at
        ),
        provenance=Provenance(
            ocr=engine, layout=engine, calibration=engine, policy=engine, schema_=engine
        ),
        timings={"ingest": 0.1},
    )


def _field(
    value: str, confidence: float, box: tuple[float, float, float, float], *, accepted: bool = False
) -> Field:
    left, top, right, bottom = box
    polygon = Bbox(left=left, top=top, right=right, bottom=bottom).polygon
    norm: Polygon = tuple((x / PAGE_WIDTH, y / PAGE_HEIGHT) for x, y in polygon)
    evidence = Evidence(page=1, polygon=polygon, polygon_norm=norm, text=value, match="exact")
    return Field(
        value=value,
        raw=value,
        status="grounded",
        confidence=confidence,
        accepted=accepted,
        evidence=(evidence,),
    )
