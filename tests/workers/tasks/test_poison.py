"""Documents that kill whoever reads them: real processes, which a keeper starts again."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from redis import Redis

from tests.eventually import eventually
from tests.workers.tasks.deadly_worker import DEADLY, Colour
from tests.workers.tasks.processes import environment, seen, submit
from vouch.cli.children import Child, Keeper
from vouch.schemas.job import TERMINAL, Job
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import live_key
from vouch.storage.queues import QUEUES, open_queues, publish
from vouch.storage.settings import StorageSettings

LINE = {
    "cpu": "vouch.workers.tasks",
    "ocr": "tests.workers.tasks.deadly_worker",
    "vlm": "vouch.workers.tasks",
}
WHITE = (255, 255, 255)


def picture(colour: Colour) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, "PNG")
    return out.getvalue()


@contextmanager
def kept_workers(storage: StorageSettings, folder: Path) -> Iterator[Keeper]:
    keeper = Keeper()
    own = environment(storage, VOUCH_LEASE_SECONDS="3", VOUCH_MOST_FAILURES="2")
    try:
        for queue, module in LINE.items():
            command = [sys.executable, "-m", module, queue]
            keeper.add(Child(queue, command, own, folder / f"{queue}.log"))
        yield keeper
    finally:
        keeper.stop()


async def test_a_document_that_kills_workers_ends_in_quarantine_and_all_others_are_read(
    storage: StorageSettings,
    jobs: JobStore,
    blobs: BlobStore,
    job: Job,
    redis: Redis,
    tmp_path: Path,
) -> None:
    """Both kinds of death among good documents, with one worker a queue."""
    colours = [WHITE, *DEADLY, WHITE, WHITE]
    tickets = [await submit(jobs, blobs, job, picture(colour)) for colour in colours]
    with kept_workers(storage, tmp_path) as keeper, open_queues(storage) as app:
        eventually(lambda: all(redis.zcard(live_key(queue)) for queue in QUEUES))
        keeper.trust()  # as `vouch up` does when all are ready
        publish(app, *tickets)
        eventually(lambda: all(seen(redis, each.job_id).status in TERMINAL for each in tickets))
        keeper.check()
    for colour, ticket in zip(colours, tickets, strict=True):
        end = seen(redis, ticket.job_id)
        if colour == WHITE:
            assert (end.status, end.attempt) == ("succeeded", 1)
        else:
            assert (end.status, end.failures, end.leg) == ("quarantined", 2, "perceive")
            assert end.error is not None
            assert end.error.code == "attempts_exhausted"
