"""A Celery worker for one queue, put together."""

import os
import socket

import structlog
from celery import Celery
from celery.apps.worker import Worker
from celery.signals import task_postrun, worker_ready, worker_shutting_down
from celery.worker import state

from vouch.schemas.statuses import RECYCLED
from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.queues import open_queues
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines, build_vision
from vouch.workers.engines.batching_vlm import BatchingVlm
from vouch.workers.protocols import VisionModel, Warmable
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.budget import PixelBudget
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.legs import Workplace
from vouch.workers.tasks.presence import Presence
from vouch.workers.tasks.recycling import Watermark, gpu_failure

_log = structlog.get_logger(__name__)


def serve(queue: str, storage: StorageSettings, settings: WorkerSettings) -> int:
    """Load the engines of a queue and work on its messages until SIGTERM; gives the exit status.

    RECYCLED when the worker has outgrown its limits of memory, or its GPU answers no more: what it
    had begun is finished.
    """
    place = equip(queue, storage, settings)
    watermark = Watermark.of(settings.rss_limit, settings.vram_limit)
    app = open_queues(storage)
    register_legs(app, place)
    presence = Presence(place.jobs, queue)

    def announce(**_: object) -> None:
        presence.start()

    def withdraw(**_: object) -> None:
        presence.stop()

    def recycle(**_: object) -> None:
        if reason := watermark.excess() or gpu_failure():
            _log.warning("recycling", holding=reason)
            state.should_stop = RECYCLED  # type: ignore[assignment]  # its stub knows None only

    worker_ready.connect(announce)
    worker_shutting_down.connect(withdraw)
    task_postrun.connect(recycle)
    worker = _worker(app, queue, _jobs_at_once(place, settings))
    worker.start()
    presence.stop()
    return worker.exitcode or 0


def equip(queue: str, storage: StorageSettings, settings: WorkerSettings) -> Workplace:
    """What the legs of a queue need: OCR and a VLM never share a process (pytorch#147274)."""
    jobs, blobs = AttemptStore.at(storage), BlobStore.at(storage)
    match queue:
        case "ocr":
            engines = build_engines(settings.model_copy(update={"vlm": None}))
            return Workplace(jobs, blobs, settings.limits, engines=engines)
        case "vlm":
            looks = settings.vision.second_looks
            budget = PixelBudget(settings.vision.max_pixels_decoded)
            vision = _vision(settings)
            return Workplace(
                jobs, blobs, settings.limits, vision=vision, second_looks=looks, budget=budget
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


def _jobs_at_once(place: Workplace, settings: WorkerSettings) -> int:
    """One, but where questions are asked together: a batch to prepare while one is answered."""
    return 2 * settings.vision.batch if isinstance(place.vision, BatchingVlm) else 1


def _worker(app: Celery, queue: str, jobs_at_once: int) -> Worker:
    """No forks: models survive none, and one process a core or a GPU is how a queue is scaled."""
    return Worker(
        app=app,
        queues=[queue],
        pool="solo" if jobs_at_once == 1 else "threads",
        concurrency=jobs_at_once,
        hostname=f"{queue}-{os.getpid()}@{socket.gethostname()}",
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_heartbeat=True,
        without_mingle=True,
    )
