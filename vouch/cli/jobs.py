"""`vouch jobs`: what a running service has to do, and what became of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from vouch.cli.console import errors_explained, out
from vouch.schemas.job import JobStatus, JobView

if TYPE_CHECKING:
    from vouch.client import Client

app = typer.Typer(no_args_is_help=True, help="Jobs of a running service.")
Url = Annotated[str, typer.Option(envvar="VOUCH_URL", help="The running service.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="As `vouch jobs list` shows them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One job a line, as JSON.")]
_HERE = "http://127.0.0.1:8000"
_COLOURS: dict[JobStatus, str] = {
    "queued": "dim",
    "running": "cyan",
    "succeeded": "green",
    "failed": "red",
    "quarantined": "bold red",
    "cancelled": "yellow",
}
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> str:
    """A time of ISO 8601, or how long ago it is: 30m, 12h, 7d."""
    if ago := re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", text):
        return (datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).isoformat()
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except ValueError:
        raise typer.BadParameter("30m, 12h, 7d, or 2026-11-23T12:00:00Z") from None


@app.command("list")
def list_jobs(
    status: Annotated[JobStatus | None, typer.Option(help="Only these.")] = None,
    schema: Annotated[str | None, typer.Option(help="Only of this schema.")] = None,
    batch: Annotated[str | None, typer.Option(help="Only of this batch.")] = None,
    since: Annotated[
        str | None, typer.Option(parser=moment, metavar="12h", help="Not older than this.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: AsJson = False,
    url: Url = _HERE,
) -> None:
    """The newest jobs, with the reason of those that did not succeed."""
    with _client(url) as client:
        found = client.jobs(limit, status=status, schema=schema, batch=batch, since=since)
        _print(found, as_json)


@app.command()
def show(ids: Ids, as_json: AsJson = False, url: Url = _HERE) -> None:
    """Jobs with their records."""
    from vouch.cli.printing import readable

    with _client(url) as client:
        for job in map(client.job, ids):
            if as_json:
                typer.echo(job.model_dump_json())
                continue
            out().print(_table([job]))
            if job.record is not None:
                out().print(readable(job.record))


@app.command()
def cancel(ids: Ids, url: Url = _HERE) -> None:
    """End jobs that nobody needs any more."""
    with _client(url) as client:
        _each(ids, client.cancel, "cancelled")


@app.command()
def replay(ids: Ids, url: Url = _HERE) -> None:
    """Try jobs again that failed or were quarantined."""
    with _client(url) as client:
        _each(ids, client.replay, "queued again")


@app.command()
def delete(ids: Ids, url: Url = _HERE) -> None:
    """Purge jobs: record, document, pages and all that belongs to them."""
    with _client(url) as client:
        _each(ids, client.delete, "deleted")


@contextmanager
def _client(url: str) -> "Iterator[Client]":
    from vouch.client import Client

    with errors_explained(), Client.at(url) as client:
        yield client


def _each(ids: Iterable[str], do: Callable[[str], None], done: str) -> None:
    for job in ids:
        do(job)
        out().print(f"{job} {done}")


def _print(jobs: Iterable[JobView], as_json: bool) -> None:
    if not as_json:
        out().print(_table(jobs))
        return
    for job in jobs:
        typer.echo(job.model_dump_json())


def _table(jobs: Iterable[JobView]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Id", "Status", "Stage", "Made", "Schema", "File", "Reason"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Id", "Status", "Made"))
    for job in jobs:
        error = job.error
        table.add_row(
            job.id,
            Text(job.status, _COLOURS[job.status]),
            job.stage or "",
            f"{job.created_at.astimezone():%Y-%m-%d %H:%M:%S}",
            Text(job.options.schema_name),
            Text(job.filename or ""),
            Text("" if error is None else f"{error.code}: {error.detail}"),
        )
    return table
