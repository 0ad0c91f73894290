"""The `vouch` command: what it can do. Each command loads what it needs when it is called."""

import typer

from vouch.cli import jobs, keys, models, schemas, tenants
from vouch.cli.ask import ask, locate
from vouch.cli.demo import demo
from vouch.cli.doctor import doctor
from vouch.cli.evaluate import evaluate
from vouch.cli.extract import extract
from vouch.cli.mcp import mcp
from vouch.cli.openapi import openapi
from vouch.cli.similar import similar
from vouch.cli.up import up

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Documents and screenshots in; records out, every value with evidence and confidence.",
)
app.command()(demo)
app.command()(up)
app.command()(extract)
app.command()(ask)
app.command()(locate)
app.command("eval")(evaluate)
app.command()(doctor)
app.command()(mcp)
app.command()(openapi)
app.command()(similar)
app.add_typer(jobs.app, name="jobs")
app.add_typer(models.app, name="models")
app.add_typer(schemas.app, name="schemas")
app.add_typer(keys.app, name="keys")
app.add_typer(tenants.app, name="tenants")
