"""Examples to fit on: measures of drawn and of labelled pictures, each with kind and source."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from training.routing import paper, scenes, screens
from training.routing.brush import Picture, Rng, photographed
from training.screens import pages as screens_of_kits
from training.screens.labels import LabelledScreen
from vouch.evals.labels import LabelledDocument, load_dataset
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
ONE_HAND = ("drawn-errors", "invoices-zugferd")
"""Sets whose names begin so look alike: none of them is judged by what the others taught."""
_CUT = (0.2, 0.6)
"""Share of a screen's sides that people cut out."""

Shelf = dict[str, Path]
"""Where perceptions of earlier runs lie, by the digest of the upload."""


class Example(Value):
    """One picture: where it came from, what it shows, what it measures."""

    source: str
    kind: Kind
    measured: dict[str, float]

    @property
    def maker(self) -> str:
        """What drew it; all UI kits show the same pages."""
        return self.source.partition("/")[0]

    @property
    def origin(self) -> str:
        """What is left out together: a kit, and what was cut out of its pages; a maker's sets."""
        _, _, kit = self.source.partition("/")
        return kit or next((hand for hand in ONE_HAND if self.source.startswith(hand)), self.maker)


def drawn(source: str, count: int, seed: int, engines: Engines, shelf: Shelf) -> Iterator[Example]:
    """So many pictures of one generator, read as uploads are."""
    kind, draw = DRAWN[source]
    rng = np.random.default_rng([seed, *source.encode()])
    for _ in range(count):
        measured = _measured(_png(draw(rng)), engines, shelf)
        yield Example(source=source, kind=kind, measured=measured)


def labelled(folder: Path, most: int, engines: Engines, shelf: Shelf) -> Iterator[Example]:
    """At most so many pictures of each source of a dataset; a UI kit is a source of its own."""
    rendered = _rendered(folder)
    taken: dict[tuple[str, Kind], int] = {}
    for labels in _mixed(load_dataset(folder).documents):
        screen = rendered.get(labels.file)
        if screen is not None and _complains(screen):
            continue  # it is both, a screen and an error
        source = folder.name if screen is None else f"screen/{screen.kit}"
        kind = _kind_of(labels)
        taken[source, kind] = taken.get((source, kind), 0) + 1
        if taken[source, kind] <= most:
            measured = _measured((folder / labels.file).read_bytes(), engines, shelf)
            yield Example(source=source, kind=kind, measured=measured)


def _mixed(documents: Iterable[LabelledDocument]) -> list[LabelledDocument]:
    """In an order that has nothing to do with what they show; the same each time."""
    return sorted(documents, key=lambda one: hashlib.sha256(one.file.encode()).hexdigest())


def _kind_of(labels: LabelledDocument) -> Kind:
    if labels.expected.get("/is_error") is False:
        return "ui"
    kind: Kind = labels.schema_name  # type: ignore[assignment]
    return kind


def _rendered(folder: Path) -> dict[str, LabelledScreen]:
    """The pictures of a set of rendered screens; nothing of another set."""
    lines = (folder / "labels.jsonl").read_text("utf-8").splitlines()
    found = [LabelledScreen.model_validate_json(line) for line in lines if '"kit":' in line]
    return {screen.file: screen for screen in found}


def _complains(screen: LabelledScreen) -> bool:
    """Whether it says that something went wrong."""
    printed = "\n".join(line.text for line in screen.lines)
    return any(sentence in printed for sentence in _troubles())


@cache
def _troubles() -> frozenset[str]:
    """The errors that rendered screens can show."""
    words = tomllib.loads(Path(screens_of_kits.__file__).with_name("words.toml").read_text("utf-8"))
    return frozenset(
        sentence for language in words.values() for sentence in language.get("errors", ())
    )


def printed_and_photographed(folder: Path, seed: int, engines: Engines) -> Iterator[Example]:
    """PDF documents of a dataset, their first page printed out and taken with a camera."""
    rng = np.random.default_rng(seed)
    for labels in load_dataset(folder).documents:
        content = (folder / labels.file).read_bytes()
        page = next(depict(content, IngestLimits(), Progress()))
        photo = photographed(rng, page.image)
        picture = cv2.imencode(".jpg", photo[:, :, ::-1])[1].tobytes()
        measured = _measured(picture, engines, {})
        yield Example(source=f"{folder.name}-photo", kind="invoice", measured=measured)


def cut_out(folder: Path, count: int, seed: int, engines: Engines) -> Iterator[Example]:
    """Parts of rendered screens: people cut out what they mean, and not only of errors."""
    rng = np.random.default_rng(seed)
    calm = [screen for screen in _rendered(folder).values() if not _complains(screen)]
    for screen in calm[:count]:
        page = next(depict((folder / screen.file).read_bytes(), IngestLimits(), Progress()))
        part = _part(rng, page.image)
        measured = _measured(_png(part), engines, {})
        yield Example(source=f"cut-out/{screen.kit}", kind="ui", measured=measured)


def _part(rng: Rng, image: Picture) -> Picture:
    """A rectangle of it, in the upper left where screens are full."""
    height, width = image.shape[:2]
    tall, wide = (round(side * float(rng.uniform(*_CUT))) for side in (height, width))
    top, left = int(rng.integers(height // 3)), int(rng.integers(width // 3))
    return image[top : top + tall, left : left + wide]


def _png(picture: Picture) -> bytes:
    return cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes()


def _measured(content: bytes, engines: Engines, shelf: Shelf) -> dict[str, float]:
    layouts = _layouts(content, engines, shelf)
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
