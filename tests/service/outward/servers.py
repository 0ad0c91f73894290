"""Real HTTP servers on this machine, and names that lead to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Network
from threading import Thread

from vouch.service.outward.guard import Guard
from vouch.service.outward.resolving import FakeResolver

Answering = Callable[[BaseHTTPRequestHandler], None]
HOME = (IPv4Network("127.0.0.1/32"),)


class Server(ThreadingHTTPServer):
    """Clients that hang up early are part of many tests."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def server(answering: Answering, host: str = "127.0.0.1") -> Iterator[int]:
    """The port of a server that lets `answering` write each answer."""
    with served(Server((host, 0), handler_of(answering))) as port:
        yield port


@contextmanager
def served(running: Server) -> Iterator[int]:
    """The port of this server, which runs in a thread."""
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    with running:
        thread.start()
        try:
            yield running.server_port
        finally:
            running.shutdown()
            thread.join()


def handler_of(answering: Answering) -> type[BaseHTTPRequestHandler]:
    """What answers the requests of one connection."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answering(self)

        def do_POST(self) -> None:
            answering(self)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def says(body: bytes, status: int = 200, **headers: str) -> Answering:
    """An answer with these headers; _ in their names stands for -."""

    def answering(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answering


def guard_with(*answers: tuple[str, ...], host: str = "docs.example") -> Guard:
    """A guard whose operator allows 127.0.0.1, and a name that resolves to these in turn."""
    return Guard(FakeResolver({host: answers or (("127.0.0.1",),)}), networks=HOME)
