"""Pages of a long document: read once, whatever happens in between."""

import io

from celery import Celery
from PIL import Image
from redis import Redis

from tests.workers.tasks.processes import SAMPLE
from tests.workers.tasks.running import Hooked, WithOcr, let_begin_again, run
from vouch.schemas.errors import EngineFailed
from vouch.schemas.job import Job
from vouch.schemas.partial import PagePart
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id, part_key
from vouch.workers.wire import Perceived


def three_pages() -> bytes:
    out = io.BytesIO()
    with Image.open(SAMPLE) as page:
        page.save(out, "TIFF", save_all=True, append_images=[page, page])
    return out.getvalue()


async def test_an_attempt_goes_on_at_the_page_where_the_last_one_stopped(
    app: Celery,
    job: Job,
    jobs: JobStore,
    attempts: AttemptStore,
    redis: Redis,
    blobs: BlobStore,
    with_ocr: WithOcr,
) -> None:
    long = job.model_copy(update={"id": new_job_id()})
    key = blobs.put_content(long.id, "upload", three_pages())
    await jobs.submit(long.model_copy(update={"upload": key}))
    run(app, "depict", long)

    def break_at_the_third_page() -> None:
        if blobs.get(part_key(long.id, 2)) is not None:
            raise EngineFailed("the model raised")

    breaking = Hooked(before=break_at_the_third_page)
    run(with_ocr(breaking)[0], "perceive", long)
    seen = await jobs.get(long.id, "local")
    assert (seen.pages_read, seen.attempt) == (2, 2)
    let_begin_again(redis, attempts, long)

    going_on = Hooked()
    run(with_ocr(going_on)[0], "perceive", long, attempt=2)
    assert len(going_on.calls) == len(breaking.calls) // 3
    seen = await jobs.get(long.id, "local")
    assert (seen.leg, seen.pages_read) == ("interpret", 3)
    found = Perceived.model_validate_json(blobs.get(seen.hand_overs["perceive"]) or b"")
    assert [layout.page for layout in found.perception.layouts] == [1, 2, 3]
    for number in (1, 2, 3):
        part = PagePart.model_validate_json(blobs.get(part_key(long.id, number)) or b"")
        assert part.number == number
