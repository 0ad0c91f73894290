"""The HTTP process: `python -m vouch.service` with --host and --port, or --fd of an open socket."""

import argparse
import socket

import uvicorn

from vouch.service.app import create_app
from vouch.service.settings import ServiceSettings
from vouch.storage.logs import log_as_json
from vouch.storage.settings import StorageSettings


def main() -> None:
    """Serve until SIGTERM."""
    log_as_json()
    wish = _arguments()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(ServiceSettings(), StorageSettings()),
            host=wish.host,
            port=wish.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    server.run(sockets=None if wish.fd is None else [socket.socket(fileno=wish.fd)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m vouch.service")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fd", type=int, help="a listening socket that the parent has opened")
    return parser.parse_args()


if __name__ == "__main__":
    main()
