"""`vouch mcp`: tools for agents."""

from typing import Annotated

import typer


def mcp(
    url: Annotated[
        str, typer.Option(envvar="VOUCH_URL", help="The running service.")
    ] = "http://127.0.0.1:8000",
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that a tool waits for a record.")
    ] = 60.0,
) -> None:
    """Serve tools over MCP on stdin and stdout: extract, locate, ask. Needs `vouch[mcp]`."""
    from vouch.rpa.mcp_server import mcp_server

    mcp_server(url, timeout).run("stdio")
