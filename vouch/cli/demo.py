"""`vouch demo`: the main job once, from nothing running to nothing running."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vouch.cli.console import err, errors_explained, out

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
STATE = Path("var") / "demo"
OUTPUT = Path("demo-output")


def demo(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="Your picture or PDF, not the sample."),
    ] = None,
) -> None:
    """Start everything, read one receipt over HTTP, draw its evidence, stop everything."""
    from vouch.cli.stack import running_stack

    say = _clock()
    say("starting Redis, workers and service")
    with errors_explained(), running_stack(STATE, say=say) as stack:
        _read(stack.url, file or SAMPLE, say)
        say("stopping")
    say("everything is stopped")


def _clock() -> Callable[[str], None]:
    """Prints one line for each step, with the seconds since the start."""
    started = time.monotonic()

    def say(line: str) -> None:
        err().print(f"[dim]{time.monotonic() - started:6.1f} s[/]  {line}")

    return say


def _read(url: str, file: Path, say: Callable[[str], None]) -> None:
    """Submit, follow, print, draw: what every caller of the service does."""
    from vouch.cli.printing import readable
    from vouch.client import Client, follow_to_record, write_overlays
    from vouch.schemas.job import Options

    with Client.at(url) as client:
        say(f"POST {url}/v1/jobs  {file.name}")
        job = client.submit(file.read_bytes(), file.name, Options())
        record = follow_to_record(client, job, lambda stage: say(f"job {job}: {stage}"))
        pictures = write_overlays(client, job, record, OUTPUT / f"{file.stem}-evidence.png")
    place = OUTPUT / f"{file.stem}.json"
    place.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
    out().print("", readable(record), sep="\n")
    for picture in pictures:
        out().print(f"evidence: {picture}")
    out().print(f"record:   {place}\n")
