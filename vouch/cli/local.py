"""The chain in this process: the only door of the command line to the workers' room."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from vouch.client import numbered
from vouch.drawing.overlay import draw_overlay
from vouch.schemas.job import Options, Stage
from vouch.schemas.record import Record
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import depict, run
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings


class LocalChain:
    """Engines loaded once, documents one after the other."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._engines: Engines = build_engines(settings)

    def extract(
        self, content: bytes, filename: str, options: Options, on_stage: Callable[[Stage], None]
    ) -> Record:
        """One document → its record. InputError, EngineError."""
        return run(content, options, self._engines, self._settings.limits, filename, on_stage)

    def write_overlays(self, content: bytes, filename: str, record: Record, path: Path) -> None:
        """Each page with its evidence drawn on it: `path`, then path-2 … for further pages."""
        _, pages = depict(content, filename, self._settings.limits, Progress())
        for seen in pages:
            place = numbered(path, seen.page.number)
            place.parent.mkdir(parents=True, exist_ok=True)
            draw_overlay(Image.fromarray(seen.image), record, seen.page.number).save(place, "PNG")
