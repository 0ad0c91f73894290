"""The HTTP process: `python -m vouch.service` with --host and --port, or --fd of an open socket."""

import argparse
import socket

from prometheus_client import disable_created_metrics

from vouch.service.app import create_app
from vouch.service.edge.leaving import Leaving
from vouch.service.edge.protocol import EdgeConfig
from vouch.service.edge.server import LeavingServer, serve
from vouch.service.exposure import check_exposure
from vouch.service.settings import ServiceSettings
from vouch.storage.keyring import Keyring
from vouch.storage.logs import log_as_json
from vouch.storage.settings import StorageSettings
from vouch.storage.starting import starting
from vouch.storage.tracing import TracingSettings, open_tracer


def main() -> None:
    """Serve until SIGTERM. Refuses to be reached from elsewhere while there is no API key."""
    log_as_json()
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each
    wish = _arguments()
    sockets = None if wish.fd is None else [socket.socket(fileno=wish.fd)]
    leaving = Leaving()
    with starting():
        settings, storage = ServiceSettings(), StorageSettings()
        with Keyring.at(storage) as keyring:
            check_exposure(sockets or [wish.host], keyring)
        tracer = open_tracer("api", TracingSettings())
        app = create_app(settings, storage, leaving, tracer)
    config = EdgeConfig(app, settings, wish.host, wish.port)
    serve(LeavingServer(config, leaving, settings.drain_seconds), sockets)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m vouch.service")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fd", type=int, help="a listening socket that the parent has opened")
    return parser.parse_args()


if __name__ == "__main__":
    main()
