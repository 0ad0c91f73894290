"""`vouch similar`: jobs whose pictures look like another's."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from vouch.cli.console import errors_explained, out

if TYPE_CHECKING:
    from vouch.schemas.similar import SimilarJobs


def similar(
    job: Annotated[str, typer.Argument(metavar="ID", help="As `vouch jobs list` shows it.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
    url: Annotated[
        str, typer.Option(envvar="VOUCH_URL", help="The running service.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Find your jobs whose pictures look most like a job's. Needs a picture model: VOUCH_CLIP."""
    from vouch.client import Client

    with errors_explained(), Client.at(url) as client:
        found = client.similar(job, limit)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        out().print(_table(found))


def _table(found: "SimilarJobs") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.caption = f"of {found.compared} compared"
    for heading in ("Id", "Similarity", "Schema", "File", "Made"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Id")
    for job in found.jobs:
        made = f"{job.created_at.astimezone():%Y-%m-%d %H:%M:%S}"
        likeness = f"{job.similarity:.3f}"
        table.add_row(job.id, likeness, Text(job.schema_name), Text(job.filename or ""), made)
    return table
