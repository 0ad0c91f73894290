"""A service process of a test's own, and a peer that speaks to it byte by byte."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path


@dataclass(frozen=True)
class Served:
    """A running service process."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def peer(self, seconds: float = 20.0) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            client.request("GET", path, headers=named)
            answer = client.getresponse()
            return answer, answer.read()

    def waiters(self) -> int:
        """Long-polls and streams that it holds."""
        _, metrics = self.get("/metrics")
        [line] = [one for one in metrics.splitlines() if one.startswith(b"vouch_http_waiters ")]
        return int(float(line.split()[-1]))

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()


@contextmanager
def served(folder: Path, redis_url: str, **settings: str) -> Iterator[Served]:
    """The process that `vouch up` and a container run."""
    own = {"REDIS_URL": redis_url, "VOUCH_BLOBS": str(folder / "blobs")}
    log = folder / "service.log"
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door, log.open("wb") as written:
        command = [sys.executable, "-m", "vouch.service", "--fd", str(door.fileno())]
        process = subprocess.Popen(
            command,
            env={**os.environ, **own, **settings},
            pass_fds=[door.fileno()],
            stdout=written,
            stderr=written,
        )
        running = Served(door.getsockname()[1], process, log)
        try:
            assert running.get("/livez")[0].status == 200
            yield running
        finally:
            process.kill()
            process.wait()


def everything(peer: socket.socket) -> bytes:
    """What the service sends until it closes the connection."""
    pieces = []
    while piece := peer.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)
