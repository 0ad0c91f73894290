"""Real receivers of webhooks, jobs that ended, and couriers between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Network
from threading import Event

from tests.service.outward.servers import says, server
from vouch.schemas.job import Job, JobError
from vouch.schemas.webhook import Deliveries
from vouch.service.courier.courier import Courier
from vouch.service.courier.patience import Patience
from vouch.service.outward.calling import Outward
from vouch.service.outward.guard import Guard
from vouch.service.outward.resolving import FakeResolver
from vouch.storage.attempts import AttemptStore
from vouch.storage.calls import CallStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.settings import StorageSettings
from vouch.storage.tracing import NO_TRACER, Tracer
from vouch.storage.webhook_secrets import SecretStore

AT_ONCE = Patience(first_pause=0, timeout=5)
NAMES = {name: [["127.0.0.1"]] for name in ("hooks.example", "slow.example")}


@dataclass
class Received:
    """What came, in order of coming."""

    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def keep(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers["Content-Length"])
        self.bodies.append(request.rfile.read(length).decode())
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.paths.append(request.path)


@contextmanager
def receiver(*statuses: int, **headers: str) -> Iterator[tuple[int, Received]]:
    """Answers with these statuses in turn, then with 204 for ever; gives its port too."""
    received, left = Received(), list(statuses)

    def answering(request: BaseHTTPRequestHandler) -> None:
        received.keep(request)
        says(b"", left.pop(0) if left else 204, **headers)(request)

    with server(answering) as port:
        yield port, received


@contextmanager
def silent_receiver() -> Iterator[tuple[int, Received, Event]]:
    """Takes calls and says nothing until the event is set, then 204."""
    received, over = Received(), Event()

    def answering(request: BaseHTTPRequestHandler) -> None:
        received.keep(request)
        over.wait(60)
        says(b"", 204)(request)

    with server(answering) as port:
        try:
            yield port, received, over
        finally:
            over.set()


async def ended(
    jobs: JobStore, attempts: AttemptStore, job: Job, url: str, tenant: str = "local"
) -> str:
    """The id of a new job like this one that has failed and wants its receiver told."""
    wish = job.model_copy(update={"id": new_job_id(), "callback_url": url, "tenant": tenant})
    await jobs.submit(wish)
    attempts.fail(wish.id, 1, JobError(code="unreadable_document", detail="it is damaged"))
    return wish.id


@asynccontextmanager
async def courier_of(
    storage: StorageSettings, patience: Patience = AT_ONCE, tracer: Tracer = NO_TRACER
) -> AsyncIterator[CallStore]:
    """A courier at work, for receivers on this machine; gives its store."""
    guard = Guard(FakeResolver(NAMES), networks=(IPv4Network("127.0.0.1/32"),))
    async with (
        CallStore.at(storage) as calls,
        SecretStore.at(storage) as secrets,
        Outward(guard) as outward,
        Courier(calls, secrets, outward, patience, tracer, look_seconds=0.02),
    ):
        yield calls


def deliver_for_ever(storage: StorageSettings) -> None:
    """A courier in a process of its own, to be killed."""

    async def deliver() -> None:
        async with courier_of(storage, Patience(timeout=60)):
            await asyncio.Event().wait()

    asyncio.run(deliver())


async def tried(calls: CallStore, job_id: str, times: int) -> Deliveries:
    """The log when so many attempts stand in it."""
    async with asyncio.timeout(20):
        while len((log := await calls.deliveries(job_id)).deliveries) < times:
            await asyncio.sleep(0.02)
    return log


async def until(is_so: Callable[[], bool]) -> None:
    """Look again and again until it is so."""
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.02)
