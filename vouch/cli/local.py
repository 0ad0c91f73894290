"""The chain in this process: the only door of the command line to the workers' room."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from vouch.client import numbered
from vouch.drawing.overlay import draw_overlay
from vouch.exports.formats import Wish, exported
from vouch.schemas.job import Options, Stage
from vouch.schemas.partial import PagePart
from vouch.schemas.perception import Perception
from vouch.schemas.record import Record
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import depict, run
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.redact import masked_layouts
from vouch.workers.stages.redacting.painting import shown_of
from vouch.workers.tasks.parts import part_of


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

    def exported(
        self,
        content: bytes,
        filename: str,
        options: Options,
        on_stage: Callable[[Stage], None],
        wish: Wish,
    ) -> tuple[Record, str]:
        """One document → its record, and that in another format."""
        seen: list[Perception] = []
        limits = self._settings.limits
        record = run(content, options, self._engines, limits, filename, on_stage, seen.append)
        parts = _parts(seen[0], options)
        return record, exported(wish.form, record, parts, wish.table, options.json_schema)

    def write_overlays(self, content: bytes, record: Record, path: Path) -> None:
        """Each page with its evidence drawn on it: `path`, then path-2 … for further pages."""
        wanted = ",".join(str(page.number) for page in record.pages)
        for seen in depict(content, self._settings.limits, Progress(), wanted):
            place = numbered(path, seen.page.number)
            place.parent.mkdir(parents=True, exist_ok=True)
            picture = shown_of(seen.image, record, seen.page.number)
            draw_overlay(Image.fromarray(picture), record, seen.page.number).save(place, "PNG")


def _parts(perception: Perception, options: Options) -> tuple[PagePart, ...]:
    """The pages' words, masked where the record is."""
    layouts = perception.layouts
    if options.redact is not None:
        layouts = tuple(masked_layouts(layouts, options.redact))
    return tuple(
        part_of(page, quality, layout)
        for page, quality, layout in zip(
            perception.pages, perception.qualities, layouts, strict=True
        )
    )
