"""The legs as tasks, with real stores and a real queue; each is run in this process, when asked."""

from celery import Celery
from redis import Redis
from structlog.testing import capture_logs

from tests.workers.tasks.running import Hooked, WithOcr, failing, let_begin_again, run, waiting
from vouch.schemas.errors import EngineFailed
from vouch.schemas.job import LEGS, Job
from vouch.schemas.partial import PagePart
from vouch.schemas.record import Record
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import page_key, part_key


async def test_each_leg_asks_for_the_next_on_its_queue(
    app: Celery, created: Job, jobs: JobStore, redis: Redis
) -> None:
    run(app, "depict", created)
    assert waiting(redis, "ocr") == ["vouch.perceive 1"]
    run(app, "perceive", created)
    assert waiting(redis, "vlm") == ["vouch.interpret 1"]
    run(app, "interpret", created)
    assert waiting(redis, "cpu") == ["vouch.conclude 1"]
    run(app, "conclude", created)
    assert (await jobs.get(created.id, "local")).status == "succeeded"
    record = Record.model_validate_json(await jobs.record(created.id, "local"))
    assert record.id == created.id
    assert record.data["total"] == "9.00"


async def test_a_leg_delivered_twice_has_its_effect_once(
    app: Celery, created: Job, jobs: JobStore
) -> None:
    for leg in LEGS:
        run(app, leg, created)
    before, record = await jobs.get(created.id, "local"), await jobs.record(created.id, "local")
    for leg in LEGS:
        run(app, leg, created)
    assert await jobs.get(created.id, "local") == before
    assert await jobs.record(created.id, "local") == record


async def test_a_finished_leg_is_not_run_again(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    before = await jobs.get(created.id, "local")
    blobs.put(page_key(created.id, 1), b"a second run would write this anew")
    run(app, "depict", created)
    assert await jobs.get(created.id, "local") == before
    assert blobs.get(page_key(created.id, 1)) == b"a second run would write this anew"


async def test_an_old_attempt_does_nothing(
    app: Celery, created: Job, redis: Redis, attempts: AttemptStore, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)
    other, _ = with_ocr(failing(EngineFailed("the model raised")))
    run(other, "perceive", created)
    let_begin_again(redis, attempts, created)
    ocr = Hooked()
    other, _ = with_ocr(ocr)
    run(other, "perceive", created, attempt=1)
    assert ocr.calls == []
    run(other, "perceive", created, attempt=2)
    assert ocr.calls
    assert waiting(redis, "vlm") == ["vouch.interpret 2"]


async def test_pages_are_seen_before_the_leg_is_done(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    counted = await jobs.get(created.id, "local")
    assert (counted.pages, counted.pages_read) == (1, 0)
    run(app, "perceive", created)
    seen = await jobs.get(created.id, "local")
    assert (seen.pages, seen.pages_read) == (1, 1)
    part = PagePart.model_validate_json(blobs.get(part_key(created.id, 1)) or b"")
    assert part.lines[0].text == "Corner Bakery Ltd"
    assert all(0 <= x <= part.width for line in part.lines for x, _ in line.polygon)
    assert all(0 <= y <= part.height for line in part.lines for _, y in line.polygon)


async def test_a_purged_job_leaves_no_blob(
    app: Celery, created: Job, jobs: JobStore, blobs: BlobStore
) -> None:
    run(app, "depict", created)
    await jobs.delete(created.id, "local")
    run(app, "perceive", created)
    assert blobs.get(page_key(created.id, 1)) is None
    assert blobs.get(created.upload) is None


async def test_a_leg_of_a_job_that_is_deleted_stops_at_its_next_checkpoint(
    app: Celery, created: Job, redis: Redis, blobs: BlobStore, with_ocr: WithOcr
) -> None:
    """Redis forgets the job while OCR looks; the next beat finds that out."""
    run(app, "depict", created)

    def forget() -> None:
        redis.delete(f"vouch:job:{created.id}")
        heartbeat.beat()

    ocr = Hooked(before=forget)
    other, heartbeat = with_ocr(ocr)
    with capture_logs() as logs:
        run(other, "perceive", created)
    assert [line["event"] for line in logs][-2:] == ["leg_lost", "job_gone"]
    assert blobs.get(created.upload) is None
    assert heartbeat.holds == ()


async def test_a_cancelled_job_stops_and_keeps_what_it_is(
    app: Celery, created: Job, jobs: JobStore, redis: Redis, with_ocr: WithOcr
) -> None:
    run(app, "depict", created)

    def cancel() -> None:
        redis.hset(f"vouch:job:{created.id}", "status", "cancelled")
        heartbeat.beat()

    other, heartbeat = with_ocr(Hooked(before=cancel))
    run(other, "perceive", created)
    assert (await jobs.get(created.id, "local")).status == "cancelled"
    assert waiting(redis, "vlm") == []
