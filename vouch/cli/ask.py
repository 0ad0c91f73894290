"""`vouch ask` and `vouch locate`: one picture, one question."""

from pathlib import Path
from typing import Annotated

import typer

from vouch.cli.extract import read_all
from vouch.schemas.job import Readers, asking, locating

File = Annotated[Path, typer.Argument(metavar="FILE", help="A picture or a PDF.")]
Who = Annotated[Readers, typer.Option("--readers", help="Who reads.")]
AsJson = Annotated[bool, typer.Option("--json", help="The record on stdout, as JSON.")]
IsLocal = Annotated[bool, typer.Option("--local", help="In this process; no service.")]
Url = Annotated[str, typer.Option("--url", envvar="VOUCH_URL", help="The running service.")]
Target = Annotated[
    float | None, typer.Option(min=0, max=1, help="Probability an accepted value must have.")
]
Overlay = Annotated[Path | None, typer.Option(help="Draw the evidence on the page, into this PNG.")]
_HERE = "http://127.0.0.1:8000"


def ask(
    file: File,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In your words.")],
    *,
    readers: Who = "both",
    as_json: AsJson = False,
    local: IsLocal = False,
    url: Url = _HERE,
    target_precision: Target = None,
    overlay: Overlay = None,
) -> None:
    """Ask about a picture. Exit code 0 accept, 3 review, 4 reupload, 1 failure."""
    own = {"readers": readers, "target_precision": target_precision}
    options = asking(_words(question)).model_copy(update=own)
    read_all([file], options, local=local, url=url, as_json=as_json, overlay=overlay)


def locate(
    file: File,
    phrase: Annotated[
        str, typer.Argument(metavar="THING", help='What to find, e.g. "the Submit button".')
    ],
    *,
    readers: Who = "both",
    as_json: AsJson = False,
    local: IsLocal = False,
    url: Url = _HERE,
    target_precision: Target = None,
    overlay: Overlay = None,
) -> None:
    """Find a thing on a screen. Exit code 0 accept, 3 review, 4 reupload, 1 failure."""
    own = {"readers": readers, "target_precision": target_precision}
    options = locating(_words(phrase)).model_copy(update=own)
    read_all([file], options, local=local, url=url, as_json=as_json, overlay=overlay)


def _words(text: str) -> str:
    """The words; without any, nothing is asked."""
    if not text.strip():
        raise typer.BadParameter("say in words what is meant")
    return text
