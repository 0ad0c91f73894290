"""`make eval-redaction`: planted secrets through the real OCR; the last line is one JSON object."""

import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image

from tests.redaction.measuring import Fate, fates
from tests.redaction.pages import DrawnPage, drawn_page
from vouch.schemas.document import Page
from vouch.schemas.job import Options
from vouch.schemas.redaction import ALL_KINDS
from vouch.workers.app import Engines, build_engines
from vouch.workers.pipeline import run
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.read import read
from vouch.workers.stages.redacting.painting import shown_of


def main(
    pages: Annotated[int, typer.Option(help="How many pages are drawn.")] = 40,
    seed: Annotated[int, typer.Option(help="Of the first page.")] = 1000,
    keep: Annotated[Path | None, typer.Option(help="Where masked pages are put.")] = None,
) -> None:
    """Draw pages, mask them, and look for what is left."""
    settings = WorkerSettings()
    engines = build_engines(settings)
    found: list[Fate] = []
    unsure = 0
    for number in range(seed, seed + pages):
        drawn = drawn_page(number)
        made, doubts = _masked(number, drawn, engines, settings, keep)
        found += made
        unsure += doubts
        for fate in made:
            _tell(drawn, fate)
    typer.echo(json.dumps(measured(found, pages, unsure)))


def _masked(
    number: int, drawn: DrawnPage, engines: Engines, settings: WorkerSettings, keep: Path | None
) -> tuple[list[Fate], int]:
    content = BytesIO()
    drawn.picture.save(content, "PNG")
    options = Options(schema_name="generic", readers="rules", redact=ALL_KINDS)
    record = run(content.getvalue(), options, engines, settings.limits)
    shown = shown_of(np.asarray(drawn.picture), record, 1)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        Image.fromarray(shown).save(keep / f"{number}.png")
    height, width = shown.shape[:2]
    again = read(Page(number=1, width=width, height=height), shown, engines.ocr)
    places = record.redactions.places if record.redactions else ()
    doubts = sum(place.status == "unsure" for place in places)
    return fates(number, drawn, shown, record, again), doubts


def _tell(drawn: DrawnPage, fate: Fate) -> None:
    """What went wrong, for whoever looks for the cause; all of it is made up."""
    is_decoy = fate.planted.role == "decoy"
    if fate.is_lost if is_decoy else not fate.is_gone:
        signs = f"{fate.left}/{fate.ink} read={fate.is_read_again} record={fate.is_in_record}"
        typer.echo(
            f"{fate.page} {drawn.style} {fate.planted.role} {fate.planted.text} {signs}", err=True
        )


def measured(found: list[Fate], pages: int, unsure: int) -> dict[str, Any]:
    """Recall of each kind and of all, precision on decoys, and what is left."""
    secrets = [fate for fate in found if fate.planted.role != "decoy"]
    decoys = [fate for fate in found if fate.planted.role == "decoy"]
    gone = [fate for fate in secrets if fate.is_gone]
    masked = [fate for fate in secrets if fate.left < fate.ink / 2]
    return {
        "pages": pages,
        "secrets": len(secrets),
        "recall": _share(len(gone), len(secrets)),
        "recall_by_kind": dict(_by_kind(secrets)),
        "decoys": len(decoys),
        "precision": _share(len(masked), len(masked) + sum(fate.is_lost for fate in decoys)),
        "pixels_left": sum(fate.left for fate in masked),
        "read_again": sum(fate.is_read_again for fate in secrets),
        "in_record": sum(fate.is_in_record for fate in secrets),
        "unsure_places": unsure,
    }


def _by_kind(secrets: list[Fate]) -> Iterator[tuple[str, float]]:
    planted = Counter(fate.planted.role for fate in secrets)
    gone = Counter(fate.planted.role for fate in secrets if fate.is_gone)
    for kind in sorted(planted):
        yield kind, _share(gone[kind], planted[kind])


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


if __name__ == "__main__":
    typer.run(main)
