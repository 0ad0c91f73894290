"""Tools for agents over the Model Context Protocol: what `vouch mcp` serves on stdin and stdout."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from vouch.client import Client, follow_to_record
from vouch.rpa.asking import Reply, Target, plain, reply_of, submitted, target_of
from vouch.schemas.errors import VouchError
from vouch.schemas.job import Options, asking, locating
from vouch.schemas.record import Record

INSTRUCTIONS = (
    "Vouch reads documents and screenshots. Every value carries where it was read and a calibrated "
    "confidence. Act only on what is accepted; show a person the rest, with its hints."
)


class Tools:
    """The tools, at one running service."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._seconds = seconds

    def extract_record(self, path: Path, schema: str = "receipt") -> dict[str, Any]:
        """Read a picture or PDF under a schema: receipt, invoice, error_screenshot, ui, generic or
        a stored one. Gives the record: data, fields with evidence and confidence, the decision."""
        return plain(self._record(path, Options(schema_name=schema)))

    def locate_element(self, path: Path, description: str) -> Target:
        """Find an element of a screenshot by its description, e.g. "the Submit button" or "the
        search field under Orders". click_point is in pixels of the picture. Click only where
        accepted is true."""
        return target_of(self._record(path, locating(description)))

    def ask_picture(self, path: Path, question: str) -> Reply:
        """Answer a question about a picture from what it shows. answer is null where the picture
        does not say."""
        return reply_of(self._record(path, asking(question)))

    def submit_picture(self, path: Path, schema: str = "receipt") -> str:
        """Hand a picture or PDF in without waiting; gives the id of its job."""
        with self._client() as client:
            return submitted(client, path, Options(schema_name=schema))

    def wait_for_job(self, job: str) -> dict[str, Any]:
        """Wait for a job that was handed in; gives its record."""
        with self._client() as client:
            return plain(self._awaited(client, job))

    def _record(self, path: Path, options: Options) -> Record:
        with self._client() as client:
            return self._awaited(client, submitted(client, path, options))

    def _awaited(self, client: Client, job: str) -> Record:
        return follow_to_record(client, job, lambda _: None, self._seconds)

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A connection whose problems an agent is told with their code."""
        try:
            with Client.at(self._url) as client:
                yield client
        except VouchError as error:
            raise ToolError(f"{error.code}: {error}") from error


def mcp_server(url: str, seconds: float) -> MCPServer[Any]:
    """A server of the tools at one service; `seconds` is how long a tool waits for a record."""
    server: MCPServer[Any] = MCPServer("vouch", instructions=INSTRUCTIONS, log_level="WARNING")
    tools = Tools(url, seconds)
    for tool in (
        tools.extract_record,
        tools.locate_element,
        tools.ask_picture,
        tools.submit_picture,
        tools.wait_for_job,
    ):
        server.tool()(tool)
    return server
