"""A Celery worker for one queue, put together."""

import os
import socket

from celery import Celery
from celery.apps.worker import Worker
from celery.signals import worker_ready, worker_shutting_down

from vouch.storage.attempts import AttemptStore
from vouch.storage.blobs import BlobStore
from vouch.storage.queues import open_queues
from vouch.storage.settings import StorageSettings
from vouch.workers.app import build_engines, build_vision
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.celery_tasks import register_legs
from vouch.workers.tasks.legs import Workplace
from vouch.workers.tasks.presence import Presence


def serve(queue: str, storage: StorageSettings, settings: WorkerSettings) -> None:
    """Load the engines of a queue and work on its messages until SIGTERM."""
    place = equip(queue, storage, settings)
    app = open_queues(storage)
    register_legs(app, place)
    presence = Presence(place.jobs, queue)

    def announce(**_: object) -> None:
        presence.start()

    def withdraw(**_: object) -> None:
        presence.stop()

    worker_ready.connect(announce)
    worker_shutting_down.connect(withdraw)
    _worker(app, queue).start()


def equip(queue: str, storage: StorageSettings, settings: WorkerSettings) -> Workplace:
    """What the legs of a queue need: OCR and a VLM never share a process (pytorch#147274)."""
    jobs, blobs = AttemptStore.at(storage), BlobStore.at(storage.blobs)
    match queue:
        case "ocr":
            engines = build_engines(settings.model_copy(update={"vlm": None}))
            return Workplace(jobs, blobs, settings.limits, engines=engines)
        case "vlm":
            return Workplace(jobs, blobs, settings.limits, vision=build_vision(settings))
    return Workplace(jobs, blobs, settings.limits)


def _worker(app: Celery, queue: str) -> Worker:
    """Solo: models survive no fork, and one process a core is how a queue is scaled."""
    return Worker(
        app=app,
        queues=[queue],
        pool="solo",
        hostname=f"{queue}-{os.getpid()}@{socket.gethostname()}",
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_heartbeat=True,
        without_mingle=True,
    )
