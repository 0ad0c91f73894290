"""`vouch openapi`: what a running service can do, for programs that read such a file."""

import json
from typing import Annotated

import typer

from vouch.cli.console import errors_explained


def openapi(
    *,
    connector: Annotated[
        bool,
        typer.Option("--connector", help="OpenAPI 2.0 for a custom connector of Power Automate."),
    ] = False,
    schema: Annotated[
        str | None, typer.Option(help="With --connector: whose values it offers by name.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="With --connector: where others reach the service.")
    ] = None,
    url: Annotated[
        str, typer.Option(envvar="VOUCH_URL", help="The running service.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Print the service's OpenAPI document, or a file that Power Automate imports."""
    from vouch.client import Client
    from vouch.exports.connector import connector as made

    with errors_explained(), Client.at(url) as client:
        found = client.openapi()
        if connector:
            flat = None if schema is None else client.flat_schema(schema)
            found = made(found, address or url, flat)
    typer.echo(json.dumps(found, indent=2))
