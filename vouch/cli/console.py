"""Where the command line speaks: records to stdout, everything else to stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from vouch.schemas.errors import VouchError
from vouch.schemas.record import Outcome

EXIT_CODES: dict[Outcome, int] = {"accept": 0, "review": 3, "reupload": 4}
FAILURE = 1
_BADNESS = (0, 3, 4, FAILURE)


def out() -> Console:
    """For what was asked for; made anew, so that a redirected stdout is respected."""
    # In a file or a log there is no edge that a table would have to fit.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def err() -> Console:
    """For progress and complaints."""
    return Console(stderr=True, highlight=False)


def worst(codes: list[int]) -> int:
    """The exit code for several documents."""
    return max(codes, key=_BADNESS.index, default=0)


def complain(code: str, detail: str, where: str = "") -> None:
    """Say what went wrong."""
    err().print(f"[bold red]failed[/] {escape(where)}{code}: {escape(detail)}")


def fail(code: str, detail: str) -> NoReturn:
    """Say what went wrong and exit 1."""
    complain(code, detail)
    raise typer.Exit(FAILURE)


@contextmanager
def errors_explained() -> Iterator[None]:
    """Every error that Vouch raises on purpose becomes one line and exit code 1."""
    try:
        yield
    except VouchError as error:
        fail(error.code, str(error))
