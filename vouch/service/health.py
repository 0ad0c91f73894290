"""Is the process alive, and can the service do its work?"""

from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from vouch.schemas.errors import StoreUnavailable
from vouch.service.edge.leaving import Leaving
from vouch.service.problems import problem
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import QUEUES


@get("/livez", tags=["health"], summary="Is the process alive?")
async def livez() -> dict[str, str]:
    """Always 200 while the process answers at all."""
    return {"status": "alive"}


@get("/readyz", tags=["health"], summary="Can a job be done now?")
async def readyz(
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    leaving: NamedDependency[Leaving],
) -> dict[str, str]:
    """200 when Redis answers, blobs can be written and every queue has a worker; else 503."""
    if leaving.has_begun:
        raise problem(503, "draining", "this process is about to end", missing=["service"])
    missing = [*await _missing_workers(jobs), *await _missing_blobs(blobs)]
    if missing:
        detail = f"missing: {', '.join(missing)}"
        raise problem(503, "not_ready", detail, missing=missing)
    return {"status": "ready"}


ROUTES: Sequence[HTTPRouteHandler] = (livez, readyz)


async def _missing_workers(jobs: JobStore) -> list[str]:
    try:
        unserved = await jobs.queues_without_worker(QUEUES)
    except StoreUnavailable:
        return ["redis"]
    return [f"worker:{queue}" for queue in unserved]


async def _missing_blobs(blobs: BlobStore) -> list[str]:
    try:
        await blobs.check_writable_async()
    except StoreUnavailable:
        return ["blobs"]
    return []
