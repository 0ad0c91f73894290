"""Tools for agents over the Model Context Protocol: what `vouch mcp` serves on stdin and stdout."""

from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from vouch.client import Client
from vouch.rpa.asking import Reply, Target, awaited, reply_of, submitted, target_of
from vouch.schemas.errors import VouchError
from vouch.schemas.job import Options
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
        record: dict[str, Any] = self._record(path, Options(schema_name=schema)).model_dump(
            mode="json"
        )
        return record

    def locate_element(self, path: Path, description: str) -> Target:
        """Find an element of a screenshot by its description, e.g. "the Submit button" or "the
        search field under Orders". click_point is in pixels of the picture. Click only where
        accepted is true."""
        options = Options(task="locate", schema_name="location", locate=description)
        return target_of(self._record(path, options))

    def ask_picture(self, path: Path, question: str) -> Reply:
        """Answer a question about a picture from what it shows. answer is null where the picture
        does not say."""
        options = Options(task="ask", schema_name="answer", question=question)
        return reply_of(self._record(path, options))

    def submit_picture(self, path: Path, schema: str = "receipt") -> str:
        """Hand a picture or PDF in without waiting; gives the id of its job."""
        try:
            with Client.at(self._url) as client:
                return submitted(client, path, Options(schema_name=schema))
        except VouchError as error:
            raise ToolError(f"{error.code}: {error}") from error

    def wait_for_job(self, job: str) -> dict[str, Any]:
        """Wait for a job that was handed in; gives its record."""
        try:
            with Client.at(self._url) as client:
                record: dict[str, Any] = awaited(client, job, self._seconds).model_dump(mode="json")
        except VouchError as error:
            raise ToolError(f"{error.code}: {error}") from error
        return record

    def _record(self, path: Path, options: Options) -> Record:
        try:
            with Client.at(self._url) as client:
                return awaited(client, submitted(client, path, options), self._seconds)
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
