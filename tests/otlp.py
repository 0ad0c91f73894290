"""A receiver of OpenTelemetry's spans, as a collector would be one."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True, slots=True)
class SeenSpan:
    """One span, and which process sent it."""

    process: str
    name: str
    trace: str
    id: str
    parent: str
    start_ns: int
    end_ns: int
    attributes: dict[str, object]
    error: str


@dataclass(slots=True)
class Received:
    """All that has come so far."""

    url: str
    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> list[SeenSpan]:
        return [span for body in tuple(self.bodies) for span in _spans(body)]


@contextmanager
def otlp_receiver() -> Iterator[Received]:
    """A receiver on a free port of this machine."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            received.bodies.append(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not on the tests' own stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        received = Received(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()
            thread.join()


def _spans(body: bytes) -> Iterator[SeenSpan]:
    for of_process in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = {item.key: item.value.string_value for item in of_process.resource.attributes}
        for scope in of_process.scope_spans:
            for span in scope.spans:
                yield SeenSpan(
                    process=about["service.name"],
                    name=span.name,
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    start_ns=span.start_time_unix_nano,
                    end_ns=span.end_time_unix_nano,
                    attributes={
                        item.key: getattr(item.value, item.value.WhichOneof("value") or "")
                        for item in span.attributes
                    },
                    error=span.status.message,
                )
