"""The composition root of the service: settings in, an ASGI application out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from vouch.service import (
    batches,
    events,
    health,
    jobs,
    metrics,
    pictures,
    schemas,
    similarity,
    submitting,
    webhooks,
)
from vouch.service.access import Gate, caller_of
from vouch.service.courier.courier import Courier
from vouch.service.courier.patience import Patience
from vouch.service.drawing import Drawing
from vouch.service.edge.access_log import log_visit
from vouch.service.edge.body import Pace, Room
from vouch.service.edge.leaving import Leaving
from vouch.service.edge.visits import Edge
from vouch.service.intake import Intake
from vouch.service.linting import Linter
from vouch.service.methods import options_of
from vouch.service.metrics import HttpMetrics
from vouch.service.openapi import openapi
from vouch.service.outward.calling import Outward
from vouch.service.outward.guard import Guard
from vouch.service.outward.resolving import SystemResolver
from vouch.service.problems import problems
from vouch.service.settings import ServiceSettings
from vouch.storage.blobs import BlobStore
from vouch.storage.callers import Callers
from vouch.storage.calls import CallStore
from vouch.storage.jobs import JobStore
from vouch.storage.queues import open_queues
from vouch.storage.schemas import SchemaStore
from vouch.storage.settings import StorageSettings
from vouch.storage.tracing import NO_TRACER, Tracer
from vouch.storage.webhook_secrets import SecretStore

_FORM_OVERHEAD = 64 * 1024  # boundaries and the other parts, beside the file
_FORM_FIELDS = 32


def create_app(
    settings: ServiceSettings,
    storage: StorageSettings,
    leaving: Leaving | None = None,
    tracer: Tracer = NO_TRACER,
) -> Litestar:
    """The service. StoreUnavailable when the blob store cannot be opened."""
    leaving = leaving or Leaving()
    callers = Callers.at(storage)
    job_store = JobStore.at(storage)
    blob_store = BlobStore.at(storage)
    schema_store = SchemaStore.at(storage)
    queues = open_queues(storage)
    linter = Linter()
    calls = CallStore.at(storage)
    secrets = SecretStore.at(storage)
    outward = Outward(Guard.of(settings, SystemResolver()))
    courier = Courier(calls, secrets, outward, Patience.of(settings), tracer=tracer)
    intake = Intake(
        job_store, blob_store, queues, schema_store, linter, outward, secrets, settings, tracer
    )
    http = HttpMetrics()
    drawing = Drawing()

    @asynccontextmanager
    async def connected(_: Litestar) -> AsyncIterator[None]:
        async with callers, job_store, schema_store, calls, secrets, outward, courier:
            yield
        queues.close()
        linter.close()
        drawing.close()
        await asyncio.to_thread(tracer.close)

    leaving.on_let_go(job_store.let_go)
    routes = [
        *submitting.ROUTES,
        *batches.ROUTES,
        *jobs.ROUTES,
        *similarity.ROUTES,
        *events.ROUTES,
        *webhooks.ROUTES,
        *schemas.ROUTES,
        *pictures.ROUTES,
        *health.ROUTES,
        *metrics.ROUTES,
    ]
    app = Litestar(
        route_handlers=[options_of(routes), *routes],
        state=State(
            {
                "gate": Gate(callers, metrics_are_open=settings.metrics_are_open),
                "settings": settings,
                "tracer": tracer,
            }
        ),
        dependencies={
            "caller": Provide(caller_of, sync_to_thread=False),
            "jobs": Provide(lambda: job_store, sync_to_thread=False),
            "blobs": Provide(lambda: blob_store, sync_to_thread=False),
            "schemas": Provide(lambda: schema_store, sync_to_thread=False),
            "intake": Provide(lambda: intake, sync_to_thread=False),
            "linter": Provide(lambda: linter, sync_to_thread=False),
            "queues": Provide(lambda: queues, sync_to_thread=False),
            "calls": Provide(lambda: calls, sync_to_thread=False),
            "secrets": Provide(lambda: secrets, sync_to_thread=False),
            "outward": Provide(lambda: outward, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "drawing": Provide(lambda: drawing, sync_to_thread=False),
            "http": Provide(lambda: http, sync_to_thread=False),
            "leaving": Provide(lambda: leaving, sync_to_thread=False),
        },
        lifespan=[connected],
        plugins=[problems()],
        request_max_body_size=settings.max_upload_bytes + _FORM_OVERHEAD,
        multipart_form_part_limit=settings.max_batch_files + _FORM_FIELDS,
        openapi_config=openapi(),
        logging_config=None,
    )
    pace = Pace(settings.body_bytes_per_second, settings.body_grace_seconds)
    # outside of Litestar's own middleware, which sees no request without a route
    edge = Edge(
        app.asgi_handler, leaving, pace, Room(settings.max_bytes_at_hand), log_visit, http.count
    )
    http.watch(at_hand=lambda: edge.at_hand, waiters=lambda: job_store.waiters)
    app.asgi_handler = edge
    return app
