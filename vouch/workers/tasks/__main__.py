"""One worker process: `python -m vouch.workers.tasks cpu|ocr|vlm`."""

import sys

import structlog
from pydantic import ValidationError

from vouch.schemas.errors import VouchError
from vouch.schemas.statuses import CANNOT_START
from vouch.storage.logs import log_as_json
from vouch.storage.queues import QUEUES
from vouch.storage.settings import StorageSettings, wrong_settings
from vouch.storage.tracing import TracingSettings, open_tracer
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.worker import serve


def main() -> None:
    """Serve one queue until SIGTERM; the leg at hand is finished first."""
    log_as_json()
    if len(sys.argv) != 2 or sys.argv[1] not in QUEUES:
        sys.exit(f"usage: python -m vouch.workers.tasks {'|'.join(QUEUES)}")
    try:
        tracer = open_tracer(sys.argv[1], TracingSettings())
        sys.exit(serve(sys.argv[1], StorageSettings(), WorkerSettings(), tracer))
    except VouchError as error:
        structlog.get_logger(__name__).critical("cannot_start", code=error.code, detail=str(error))
        sys.exit(1 if error.retryable else CANNOT_START)
    except ValidationError as error:
        detail = wrong_settings(error)
        structlog.get_logger(__name__).critical("cannot_start", detail=detail)
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()
