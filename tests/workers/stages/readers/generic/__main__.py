"""`make eval-tables`: drawn tables read again; the last line is one JSON object."""

import json
import random
from collections.abc import Callable
from io import BytesIO
from typing import Annotated

import typer
from PIL import Image

from tests.workers.stages.readers.generic.drawn import Drawn
from tests.workers.stages.readers.generic.kinds import KINDS
from tests.workers.stages.readers.generic.measuring import Tally, tally
from tests.workers.stages.readers.generic.reading import tables_of
from vouch.schemas.generic import Generic, Table
from vouch.schemas.job import Options
from vouch.workers.app import build_engines
from vouch.workers.pipeline import run
from vouch.workers.settings import WorkerSettings

_Reader = Callable[[Drawn], tuple[Table, ...]]


def main(
    pages: Annotated[int, typer.Option(help="How many pages of each kind.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the first page of each kind.")] = 500,
    *,
    ocr: Annotated[
        bool, typer.Option(help="Through the real OCR, not the words as drawn.")
    ] = False,
) -> None:
    """Draw tables of every kind, and compare what is read with what was drawn."""
    reader = _through_ocr() if ocr else tables_of
    said: dict[str, dict[str, float | None]] = {}
    every, all_spans = Tally(), Tally()
    for kind, make in KINDS.items():
        cells, spans = Tally(), Tally()
        for number in range(seed, seed + pages):
            page = make(random.Random(number))
            found = reader(page.drawn)
            for one, other in ((cells, spans), (every, all_spans)):
                tally(page.tables, found, one, other)
        said[kind] = {"cells": cells.f1, "spans": spans.f1}
        typer.echo(f"{kind:34} {said[kind]}", err=True)
    whole = {"pages": pages * len(KINDS), "cells": every.f1, "spans": all_spans.f1}
    typer.echo(json.dumps({**whole, "kinds": said}))


def _through_ocr() -> _Reader:
    settings = WorkerSettings()
    engines = build_engines(settings)
    options = Options(schema_name="generic", readers="rules")

    def read(drawn: Drawn) -> tuple[Table, ...]:
        record = run(_png(drawn.image), options, engines, settings.limits)
        return Generic.model_validate(record.data).tables

    return read


def _png(image: Image.Image) -> bytes:
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


if __name__ == "__main__":
    typer.run(main)
