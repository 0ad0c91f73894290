"""`vouch schemas`: JSON Schemas of one's own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from vouch.cli.console import FAILURE, errors_explained, out
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import InvalidRequest
from vouch.schemas.shape import JsonSchema, shape_of
from vouch.schemas.wanted import parsed_schema

if TYPE_CHECKING:
    from vouch.grammar.lint import Lint

app = typer.Typer(no_args_is_help=True, help="JSON Schemas of your own.")
_COLOURS = {"binds": "green", "checked": "cyan", "refused": "bold red", "annotation": "dim"}


@app.callback()
def schemas() -> None:
    """JSON Schemas of your own."""


@app.command()
def lint(
    file: Annotated[Path, typer.Argument(help="A JSON Schema.")],
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON on stdout.")] = False,
) -> None:
    """Judge every keyword: does it bind while a model writes? Exit code 1 for a refused schema."""
    from vouch.grammar.lint import lint as judge

    with errors_explained():
        verdict = judge(schema_in(file))
    if as_json:
        typer.echo(verdict.model_dump_json())
    else:
        for part in _readable(verdict):
            out().print(part)
    if not verdict.accepted:
        raise typer.Exit(FAILURE)


@app.command()
def flat(
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", help="A built-in name, or a file.")],
) -> None:
    """The JSON Schema of records in the flat format, which robots bind to."""
    from vouch.exports.flat_plan import plan_of, schema_of

    with errors_explained():
        own = Path(schema)
        shape = shape_of(schema_in(own)) if own.suffix == ".json" else builtin_schema(schema).shape
        typer.echo(json.dumps(schema_of(plan_of(shape), own.stem), indent=2))


def schema_in(path: Path) -> JsonSchema:
    """The JSON Schema that a file holds. InvalidRequest."""
    try:
        return parsed_schema(path.read_bytes())
    except OSError as error:
        raise InvalidRequest(f"{path}: {error.strerror}") from None


def _readable(verdict: "Lint") -> Iterator[RenderableType]:
    yield Text("ACCEPTED", style="bold green") if verdict.accepted else Text("REFUSED", "bold red")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Verdict", "Keyword", "Place", "Reason"):
        table.add_column(heading)
    for found in verdict.findings:
        colour = _COLOURS[found.verdict]
        place = found.pointer or "/"
        table.add_row(Text(found.verdict, colour), Text(found.keyword), Text(place), found.reason)
    yield table
    for warning in verdict.warnings:
        yield Text.assemble(("warning ", "yellow"), f"{warning.pointer or '/'}: {warning.reason}")
    if verdict.compile_seconds is not None:
        yield Text(f"compiled in {verdict.compile_seconds * 1000:.0f} ms", "dim")
    allowed = ", ".join(f"{name} {most}" for name, most in verdict.limits.model_dump().items())
    yield Text(f"limits: {allowed}".replace("_", " "), "dim")
