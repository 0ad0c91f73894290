"""A process that speaks the protocol of chat completions and says what a test wrote down.

It stands in where llama.cpp's server cannot: pictures, other dialects, and bad manners.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workers.engines.llama_server import free_port, wait_until_ready

_SERVE = """
import http.server, json, pathlib, sys, time
folder = pathlib.Path(sys.argv[1])
class Chat(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"status": 404})
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        with (folder / "requests.jsonl").open("a") as log:
            headers = {name.lower(): value for name, value in self.headers.items()}
            log.write(json.dumps({"headers": headers, "body": json.loads(body)}) + "\\n")
        replies = json.loads((folder / "replies.json").read_text())
        self.answer(replies[len((folder / "requests.jsonl").read_text().splitlines()) - 1])
    def answer(self, reply):
        self.send_response(reply.get("status", 200))
        for name, value in reply.get("headers", {}).items():
            self.send_header(name, value)
        content = reply.get("text", "").encode()
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        for start in range(0, len(content), reply.get("drip", len(content)) or 1):
            self.wfile.write(content[start : start + reply.get("drip", len(content))])
            self.wfile.flush()
            time.sleep(0.05 if "drip" in reply else 0)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Chat).serve_forever()
"""


@dataclass(frozen=True, slots=True)
class ScriptedServer:
    folder: Path
    url: str

    def expect(self, *replies: dict[str, Any]) -> str:
        """Forget what was asked; say one of these a request: `status`, `headers`, `text`, and
        `drip`, the bytes sent at a time. Its URL."""
        (self.folder / "replies.json").write_text(json.dumps(replies))
        (self.folder / "requests.jsonl").write_text("")
        return self.url

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was posted so far, in order."""
        lines = (self.folder / "requests.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def scripted_server(folder: Path) -> Iterator[ScriptedServer]:
    """Its script lies in the folder."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", _SERVE, str(folder), str(port)])
    url = f"http://127.0.0.1:{port}/v1"
    try:
        wait_until_ready(url, process)
        yield ScriptedServer(folder, url)
    finally:
        process.kill()
        process.wait()


def completion(content: str, finish_reason: str = "stop", **choice: Any) -> dict[str, Any]:
    """A reply that says this."""
    message = {"role": "assistant", "content": content}
    told = {"index": 0, "message": message, "finish_reason": finish_reason, **choice}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return {"text": json.dumps({"id": "1", "choices": [told], "usage": usage})}
