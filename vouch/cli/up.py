"""`vouch up`: everything on this machine, until Ctrl-C."""

import signal
import time
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from vouch.schemas.errors import VouchError


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    data_dir: Annotated[Path, typer.Option(help="Redis file, blobs and logs.")] = Path("var"),
) -> None:
    """Run the service, its workers, and Redis unless REDIS_URL names one. Ctrl-C stops it all."""
    from vouch.cli.stack import running_stack

    console = Console(stderr=True, highlight=False)
    # SIGINT too: a shell that starts us in the background has it ignored
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, _interrupt)
    started = time.monotonic()

    def say(line: str) -> None:
        console.print(f"  {time.monotonic() - started:5.1f} s  {line}")

    console.print(f"Starting Vouch (logs: {data_dir / 'logs'})")
    try:
        with running_stack(data_dir, host, port, say) as stack:
            console.print(f"Vouch is ready at {stack.url}. Ctrl-C stops it.", style="bold green")
            stack.wait()
    except VouchError as failure:
        # a command in it is copied whole
        console.print(f"Stopped: {escape(str(failure))}", style="bold red", soft_wrap=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("Stopped.")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
