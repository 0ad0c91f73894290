"""One worker process: `python -m vouch.workers.tasks cpu|ocr|vlm`."""

import sys

from vouch.storage.logs import log_as_json
from vouch.storage.queues import QUEUES
from vouch.storage.settings import StorageSettings
from vouch.storage.starting import starting
from vouch.storage.tracing import TracingSettings, open_tracer
from vouch.workers.settings import WorkerSettings
from vouch.workers.tasks.worker import serve


def main() -> None:
    """Serve one queue until SIGTERM; the leg at hand is finished first."""
    log_as_json()
    if len(sys.argv) != 2 or sys.argv[1] not in QUEUES:
        sys.exit(f"usage: python -m vouch.workers.tasks {'|'.join(QUEUES)}")
    with starting():
        tracer = open_tracer(sys.argv[1], TracingSettings())
        sys.exit(serve(sys.argv[1], StorageSettings(), WorkerSettings(), tracer))


if __name__ == "__main__":
    main()
