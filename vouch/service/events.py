"""A job's life as server-sent events: no thread and no connection of Redis for who listens."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter
from litestar.response import ServerSentEventMessage, Stream

from vouch.schemas.errors import JobNotFound, StoreUnavailable
from vouch.schemas.job import TERMINAL
from vouch.schemas.record import Outcome
from vouch.schemas.tenant import Caller
from vouch.schemas.value import Value
from vouch.schemas.webhook import event_of
from vouch.service.access import REFUSALS, requires
from vouch.service.jobs import JobId
from vouch.service.problems import described, refused_with
from vouch.service.settings import ServiceSettings
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import part_key

LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID", description="Of the last event seen: what follows it is told."
    ),
]
_STREAM = "text/event-stream"
_EVENT_ID = re.compile(r"[0-9]{1,9}")
"""What this service has given; what it has not counts for nothing."""


class StreamedEvent(Value):
    """One event of the stream."""

    event: Literal["snapshot", "status", "stage", "page", "done", "gone"]
    id: str
    """How many pages have been told."""
    data: str
    """JSON: of `snapshot` a JobView, of `page` a PagePart, of `done` an EndedJob."""


class _Advice(msgspec.Struct):
    outcome: Outcome


class _Answer(msgspec.Struct):
    decision: _Advice


class _Seen(msgspec.Struct):
    """What is compared of a JobView."""

    status: str
    stage: str | None
    progress: float
    pages: int | None
    pages_read: int
    position: int | None
    eta_seconds: float | None
    record: _Answer | None = None


@get(
    "/v1/jobs/{job_id:str}/events",
    before_request=requires("read"),
    media_type=_STREAM,
    tags=["jobs"],
    summary="Follow a job",
    responses={
        200: described(StreamedEvent, "Server-sent events, until the job has ended", _STREAM),
        **refused_with(*REFUSALS, "job_not_found"),
    },
)
async def follow(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    settings: NamedDependency[ServiceSettings],
    last_event_id: LastEventId = None,
) -> Stream:
    """First `snapshot`, the job as `GET` shows it. Then `status`, `stage`, and `page` with the
    lines of each page that has been read. At last `done`, as a webhook tells it, or `gone` where
    the job was deleted. A comment every 15 seconds shows that the stream is alive.

    Events bear the number of pages told: with Last-Event-ID no page is told twice or left out.
    """
    tenant = caller.tenant.name
    await jobs.view(job_id, tenant)
    told = int(last_event_id) if last_event_id and _EVENT_ID.fullmatch(last_event_id) else 0
    listener = _Listener(jobs, blobs, job_id, tenant, told, settings.heartbeat_seconds)
    headers = {"X-Accel-Buffering": "no"}  # proxies like nginx hold small pieces back otherwise
    return Stream(listener.events(), media_type=_STREAM, headers=headers)


ROUTES: Sequence[HTTPRouteHandler] = (follow,)


class _Listener:
    """One who follows a job."""

    def __init__(
        self,
        jobs: JobStore,
        blobs: BlobStore,
        job_id: str,
        tenant: str,
        told: int,
        heartbeat_seconds: float,
    ) -> None:
        self._jobs = jobs
        self._blobs = blobs
        self._job_id = job_id
        self._tenant = tenant
        self._told = told
        self._heartbeat_seconds = heartbeat_seconds

    async def events(self) -> AsyncIterator[bytes]:
        """Everything that there is to tell, until the job, or this process, has ended."""
        before: _Seen | None = None
        with self._jobs.watching(self._job_id) as changed:
            while True:
                changed.clear()
                try:
                    view = await self._jobs.view(self._job_id, self._tenant)
                    now = msgspec.json.decode(view, type=_Seen)
                    for name, content in _news(before, now, view):
                        yield self._event(name, content)
                    async for page in self._pages(now.pages_read):
                        yield self._event("page", page)
                    if now.status in TERMINAL:
                        yield self._event("done", await self._end(now))
                        return
                    before = now
                except JobNotFound:
                    yield self._event("gone", {"id": self._job_id})
                    return
                except StoreUnavailable:  # who listens is told when it answers again
                    pass
                if self._jobs.is_letting_go:
                    return
                if not await _heard(changed, self._heartbeat_seconds):
                    yield ServerSentEventMessage(data=None, comment="waiting").encode()

    async def _pages(self, read: int) -> AsyncIterator[bytes]:
        """The pages that have been read and were not told, in order."""
        while self._told < read:
            page = await self._blobs.get_async(part_key(self._job_id, self._told + 1))
            if page is None:  # purged
                return
            self._told += 1
            yield page

    async def _end(self, seen: _Seen) -> dict[str, Any]:
        job = await self._jobs.get(self._job_id, self._tenant)
        decision = seen.record.decision.outcome if seen.record else None
        return event_of(job, decision).data.model_dump(mode="json")

    def _event(self, name: str, content: object) -> bytes:
        data = content if isinstance(content, bytes) else msgspec.json.encode(content)
        return ServerSentEventMessage(data=data, event=name, id=self._told).encode()


def _news(before: _Seen | None, now: _Seen, view: bytes) -> Iterator[tuple[str, object]]:
    """What has changed since."""
    if before is None:
        yield "snapshot", view
        return
    if (before.status, before.position) != (now.status, now.position):
        place = {"position": now.position, "eta_seconds": now.eta_seconds}
        yield "status", {"status": now.status, **place}
    if now.stage is not None and before.stage != now.stage:
        yield "stage", {"stage": now.stage, "progress": now.progress}


async def _heard(changed: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()
    return changed.is_set()
