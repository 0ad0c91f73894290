"""llama.cpp's own server in a process: an OpenAI-compatible one that keeps to schemas."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

KEY = "sk-only-for-tests-0123456789"
MODEL = "tiny"
_SERVE = """
import sys, threading
import xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(sys.argv[2])
parameters.api_keys = [sys.argv[3]]
parameters.model_alias = {sys.argv[4]}
parameters.n_ctx = 16_384
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.ui = False
server = xllamacpp.Server(parameters)
threading.Event().wait()
"""


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """Can be stopped, frozen and started again on the same port."""

    model: Path
    port: int
    processes: list[subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Return when it answers."""
        command = [sys.executable, "-c", _SERVE, str(self.model), str(self.port), KEY, MODEL]
        self.processes.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        wait_until_ready(self.url, self.processes[-1])

    def kill(self) -> None:
        self.processes[-1].kill()
        self.processes[-1].wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections (the kernel does) and answers none."""
        self.processes[-1].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.processes[-1].send_signal(signal.SIGCONT)


@contextmanager
def llama_server(model: Path) -> Iterator[LlamaServer]:
    server = LlamaServer(model, free_port(), [])
    server.start()
    try:
        yield server
    finally:
        server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """RuntimeError when the process ends before it answers, or a minute is over."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/models", timeout=1.0).status_code in {200, 401, 404}:
                return
        except httpx.TransportError:
            time.sleep(0.05)  # nothing tells that a process listens but to try
    raise RuntimeError("the server did not start")
