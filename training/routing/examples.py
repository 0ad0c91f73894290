"""Examples to fit on: measures of drawn and of labelled pictures, each with kind and source."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from training.routing import paper, scenes, screens
from training.routing.brush import Picture, Rng, photographed
from training.screens.labels import LabelledScreen
from vouch.evals.labels import load_dataset
from vouch.schemas.job import Options
from vouch.schemas.routing import Kind
from vouch.schemas.text import PageLayout
from vouch.schemas.value import Value
from vouch.workers.app import Engines
from vouch.workers.images import AssessedPage
from vouch.workers.pipeline import depict, perceive_page, upright
from vouch.workers.progress import Progress
from vouch.workers.settings import IngestLimits
from vouch.workers.stages.routing.look import look_of
from vouch.workers.stages.routing.measures import measures
from vouch.workers.stages.routing.words import spoken

DRAWN: dict[str, tuple[Kind, Callable[[Rng], Picture]]] = {
    "blank": ("no_document", scenes.blank),
    "landscape": ("photo", scenes.landscape),
    "snapshot": ("photo", scenes.snapshot),
    "letter": ("document", paper.letter),
    "report": ("document", paper.report),
    "form": ("document", paper.form),
    "drawn-invoice": ("invoice", paper.invoice),
    "drawn-screen": ("ui", screens.screen),
    "drawn-trouble": ("error_screenshot", screens.trouble),
}


Shelf = dict[str, Path]
"""Where perceptions of earlier runs lie, by the digest of the upload."""


class Example(Value):
    """One picture: where it came from, what it shows, what it measures."""

    source: str
    kind: Kind
    measured: dict[str, float]


def drawn(source: str, count: int, seed: int, engines: Engines) -> Iterator[Example]:
    """So many pictures of one generator, read as uploads are."""
    kind, draw = DRAWN[source]
    rng = np.random.default_rng([seed, *source.encode()])
    for _ in range(count):
        content = cv2.imencode(".png", draw(rng)[:, :, ::-1])[1].tobytes()
        yield Example(source=source, kind=kind, measured=_measured(content, engines))


def labelled(folder: Path, engines: Engines, shelf: Shelf) -> Iterator[Example]:
    """The pictures of a dataset; one rendered with UI kits is a source for each kit."""
    kits = _kits(folder)
    for labels in load_dataset(folder).documents:
        content = (folder / labels.file).read_bytes()
        kind: Kind = labels.schema_name  # type: ignore[assignment]
        if labels.expected.get("/is_error") is False:
            kind = "ui"
        measured = _measured(content, engines, shelf)
        kit = kits.get(labels.file)
        source = f"screen-{kit}" if kit else folder.name
        yield Example(source=source, kind=kind, measured=measured)


def _kits(folder: Path) -> dict[str, str]:
    """Which kit drew each picture of a set of rendered screens; of other sets nothing."""
    lines = (folder / "labels.jsonl").read_text("utf-8").splitlines()
    screens = [
        LabelledScreen.model_validate_json(line) for line in lines if "kit" in json.loads(line)
    ]
    return {screen.file: screen.kit for screen in screens}


def printed_and_photographed(folder: Path, seed: int, engines: Engines) -> Iterator[Example]:
    """PDF documents of a dataset, their first page printed out and taken with a camera."""
    rng = np.random.default_rng(seed)
    for labels in load_dataset(folder).documents:
        content = (folder / labels.file).read_bytes()
        page = next(depict(content, IngestLimits(), Progress()))
        photo = photographed(rng, page.image)
        picture = cv2.imencode(".jpg", photo[:, :, ::-1])[1].tobytes()
        yield Example(
            source=f"{folder.name}-photo", kind="invoice", measured=_measured(picture, engines)
        )


def _measured(content: bytes, engines: Engines, shelf: Shelf | None = None) -> dict[str, float]:
    layouts = _layouts(content, engines, shelf or {})
    seen = (*layouts[:2], *layouts[2:][-1:])
    return measures(seen, tuple(spoken(seen)))


def _layouts(content: bytes, engines: Engines, shelf: Shelf) -> tuple[PageLayout, ...]:
    pages = depict(content, IngestLimits(), Progress())
    stored = shelf.get(hashlib.sha256(content).hexdigest())
    if stored is None:
        return tuple(perceive_page(seen, engines, Progress(), Options()) for seen in pages)
    said = json.loads(stored.read_bytes())["perception"]["layouts"]
    return tuple(
        _looked_at(PageLayout.model_validate(layout), seen)
        for layout, seen in zip(said, pages, strict=True)
    )


def _looked_at(layout: PageLayout, seen: AssessedPage) -> PageLayout:
    look = look_of(seen.page, upright(seen.image, layout.tokens.turn))
    return layout.model_copy(update={"look": look})


def shelf_of(folders: Iterable[Path]) -> Shelf:
    """What `vouch eval --reuse` has kept in these folders."""
    found: Shelf = {}
    for path in (path for folder in folders for path in folder.glob("*.json")):
        kept = json.loads(path.read_bytes())
        if "perception" in kept:
            found[kept["perception"]["source"]["sha256"]] = path
    return found
