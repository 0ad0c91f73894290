"""The `vouch` command in this process, and what it is tried on."""

from pathlib import Path

from typer.testing import CliRunner, Result

from vouch.cli.main import app

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"


def vouch(*arguments: str | Path) -> Result:
    """One call, with what it printed and its exit code."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])
