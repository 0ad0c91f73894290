"""A Celery worker for one queue, put together."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import structlog
from celery import Celery
from celery.apps.worker import Worker
from celery.signals import task_postrun, worker_ready, worker_shutting_down
from celery.worker import state

from vouch.schemas.job import Ticket
from vouch.schemas.statuses import RECYCLED
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.queues import open_queues, publish
from vouch.storage.settings import StorageSettings
from vouch.storage.tracing import NO_TRACER, Tracer
from vouch.workers.app import build_engines, build_vision
from vouch.workers.engines.batching_vlm import BatchingVlm
from vouch.workers.protocols import VisionModel, Warmable
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.budget import Budget
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.drain import Drain
from vouch.workers.tasks.heartbeat import Heartbeat
from vouch.workers.tasks.presence import presence
from vouch.workers.tasks.reaper import Sweeper, reap
from vouch.workers.tasks.recycling import Watermark, gpu_failure
from vouch.workers.tasks.ticker import Ticker
from vouch.workers.tasks.workplace import Workplace

_log = structlog.get_logger(__name__)


def serve(
    queue: str, storage: StorageSettings, settings: WorkerSettings, tracer: Tracer = NO_TRACER
) -> int:
    """Load the engines of a queue and work on its messages until SIGTERM; gives the exit status.

    RECYCLED when the worker has outgrown its limits of memory, or its GPU answers no more: what it
    had begun is finished.
    """
    place = replace(equip(queue, storage, settings), tracer=tracer)
    try:
        return work(queue, place, storage, settings)
    finally:
        tracer.close()


def work(queue: str, place: Workplace, storage: StorageSettings, settings: WorkerSettings) -> int:
    """As `serve`, with what was loaded."""
    watermark = Watermark.of(settings.rss_limit, settings.vram_limit)
    app = open_queues(storage)
    heartbeat = Heartbeat(place.jobs)
    register_legs(app, place, heartbeat)
    worker_id = f"{queue}-{os.getpid()}@{socket.gethostname()}"
    worker = _worker(app, queue, worker_id, place)
    sign = presence(queue, worker_id, place, _fail)
    drain = Drain(place.jobs, heartbeat, partial(_publish, app), settings.finish_leg_seconds)

    def announce(**_: object) -> None:
        sign.start()

    def withdraw(**_: object) -> None:
        sign.ask_to_end()
        drain.begin()

    def recycle(**_: object) -> None:
        if reason := watermark.excess() or gpu_failure():
            _log.warning("recycling", holding=reason)
            _stop(RECYCLED)

    worker_ready.connect(announce)
    worker_shutting_down.connect(withdraw)
    task_postrun.connect(recycle)
    with ExitStack() as beside:
        for ticker in _tickers(queue, place, heartbeat, app):
            ticker.start()
            beside.callback(ticker.stop)
        beside.callback(sign.stop)
        beside.callback(drain.end)
        worker.start()
    return worker.exitcode or 0


def _tickers(queue: str, place: Workplace, heartbeat: Heartbeat, app: Celery) -> Iterator[Ticker]:
    """What goes on beside the legs."""
    yield Ticker("heartbeat", heartbeat.beat, 1.0, _fail)
    if queue == "cpu":
        sweeper = Sweeper(place.jobs, place.blobs)
        yield Ticker("reaper", lambda: reap(place.jobs, partial(_publish, app)), 1.0, _fail)
        yield Ticker("sweeper", sweeper.tick, 1.0, _fail)


def _publish(app: Celery, tickets: tuple[Ticket, ...]) -> None:
    publish(app, *tickets)


def _fail() -> None:
    """A thread that others rely on is gone: so is the worker, and a fresh one takes its place."""
    _stop(1)


def _stop(status: int) -> None:
    """After the leg at hand."""
    state.should_stop = status  # type: ignore[assignment]  # its stub knows None only


def equip(queue: str, storage: StorageSettings, settings: WorkerSettings) -> Workplace:
    """What the legs of a queue need: OCR and a VLM never share a process (pytorch#147274)."""
    jobs, blobs = AttemptStore.at(storage), BlobStore.at(storage)
    match queue:
        case "ocr":
            engines = build_engines(settings.model_copy(update={"vlm": None}))
            return Workplace(jobs, blobs, settings.limits, engines=engines)
        case "vlm":
            vision = _vision(settings)
            return Workplace(
                jobs,
                blobs,
                settings.limits,
                vision=vision,
                second_looks=settings.vision.second_looks,
                pixels=Budget(settings.vision.max_pixels_decoded),
                seats=Budget(_legs_at_once(vision, settings)),
            )
    return Workplace(jobs, blobs, settings.limits)


def _vision(settings: WorkerSettings) -> VisionModel | None:
    """The VLM, warm; with company for its questions where it can answer several at once."""
    vision = build_vision(settings)
    if isinstance(vision, Warmable):
        vision.warm()
    if vision is None or settings.vision.batch == 1:
        return vision
    return BatchingVlm(vision, settings.vision.batch, settings.vision.gather_seconds)


def _legs_at_once(vision: VisionModel | None, settings: WorkerSettings) -> int:
    """One, but where questions are asked together: a batch to prepare while one is answered."""
    return 2 * settings.vision.batch if isinstance(vision, BatchingVlm) else 1


def _worker(app: Celery, queue: str, worker_id: str, place: Workplace) -> Worker:
    """No forks: models survive none, and one process a core or a GPU is how a queue is scaled."""
    legs_at_once = int(place.seats.most)
    return Worker(
        app=app,
        queues=[queue],
        pool="solo" if legs_at_once == 1 else "threads",
        concurrency=legs_at_once,
        hostname=worker_id,
        loglevel="INFO",  # of the root: `storage.logs` keeps Celery itself quiet
        quiet=True,
        without_gossip=True,
        without_heartbeat=True,
        without_mingle=True,
    )
