"""`make eval-tables`: drawn tables and forms read again; the last line is one JSON object."""

import json
import random
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Annotated

import typer
from PIL import Image

from tests.workers.stages.readers.generic.drawn import FORMS, Drawn, form_page
from tests.workers.stages.readers.generic.kinds import KINDS
from tests.workers.stages.readers.generic.measuring import Tally, tally, tally_pairs
from tests.workers.stages.readers.generic.reading import as_drawn
from vouch.schemas.generic import Generic
from vouch.schemas.job import Options
from vouch.workers.app import build_engines
from vouch.workers.pipeline import run
from vouch.workers.settings import WorkerSettings

_Reader = Callable[[Drawn], Generic]


def main(
    pages: Annotated[int, typer.Option(help="How many pages of each kind.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the first page of each kind.")] = 500,
    *,
    ocr: Annotated[
        bool, typer.Option(help="Through the real OCR, not the words as drawn.")
    ] = False,
) -> None:
    """Draw tables and forms of every kind, and compare what is read with what was drawn."""
    reader = _through_ocr() if ocr else as_drawn
    seeds = range(seed, seed + pages)
    said = {**_tables(reader, seeds), **_forms(reader, seeds)}
    typer.echo(json.dumps({"pages": pages * (len(KINDS) + len(FORMS)), **said}))


def _tables(reader: _Reader, seeds: Sequence[int]) -> dict[str, object]:
    kinds: dict[str, dict[str, float | None]] = {}
    every, all_spans = Tally(), Tally()
    for kind, make in KINDS.items():
        cells, spans = Tally(), Tally()
        for number in seeds:
            page = make(random.Random(number))
            found = reader(page.drawn).tables
            for one, other in ((cells, spans), (every, all_spans)):
                tally(page.tables, found, one, other)
        kinds[kind] = {"cells": cells.f1, "spans": spans.f1}
        typer.echo(f"{kind:34} {kinds[kind]}", err=True)
    return {"cells": every.f1, "spans": all_spans.f1, "kinds": kinds}


def _forms(reader: _Reader, seeds: Sequence[int]) -> dict[str, object]:
    kinds: dict[str, float | None] = {}
    every = Tally()
    for kind in FORMS:
        pairs = Tally()
        for number in seeds:
            page = form_page(number, kind)
            found = reader(page).pairs
            for one in (pairs, every):
                tally_pairs(page.pairs, found, one)
        kinds[kind] = pairs.f1
        typer.echo(f"{'form: ' + kind:34} {kinds[kind]}", err=True)
    return {"pairs": every.f1, "forms": kinds}


def _through_ocr() -> _Reader:
    settings = WorkerSettings()
    engines = build_engines(settings)
    options = Options(schema_name="generic", readers="rules")

    def read(drawn: Drawn) -> Generic:
        record = run(_png(drawn.image), options, engines, settings.limits)
        return Generic.model_validate(record.data)

    return read


def _png(image: Image.Image) -> bytes:
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


if __name__ == "__main__":
    typer.run(main)
