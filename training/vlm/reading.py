"""Pages as production sees them: `python -m training.vlm.reading KEPT FOLDER…` reads ahead.

The same OCR reads what the model is taught with, so that it learns OCR's mistakes. Only the first
page of a file is used.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.vlm.lessons import Labelled
from vouch.evals.kept import Shelf
from vouch.schemas.errors import VouchError
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import build_engines
from vouch.workers.images import RgbImage
from vouch.workers.pipeline import depict, upright
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings

_OPTIONS = Options(schema_name="receipt", readers="rules", pages="1")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page with what OCR made of it."""

    image: RgbImage
    """Upright."""
    layout: PageLayout


def shelf_at(kept: Path) -> Shelf:
    """The engines of production without a VLM, and a folder for what they read."""
    settings = WorkerSettings(ocr_threads=1)
    return Shelf(build_engines(settings), settings.limits, kept)


def labelled(folder: Path) -> Iterator[tuple[Path, Labelled]]:
    """The documents of a data set, with the paths of their files."""
    for line in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        labels = Labelled.model_validate_json(line)
        yield folder / labels.file, labels


def read_page(path: Path, shelf: Shelf) -> ReadPage | None:
    """A file's first page; None where it cannot be read."""
    try:
        layout = shelf.kept(path, _OPTIONS)[0].perception.layouts[0]
        page = next(depict(path.read_bytes(), shelf.limits, Progress(), _OPTIONS.pages))
    except VouchError:
        return None
    return ReadPage(upright(page.image, layout.tokens.turn), layout)


def main() -> None:
    """Read all pages that are not kept yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kept", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--part", default="0/1", help="1/2: every second page from the second on")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    shelf = shelf_at(asked.kept)
    for folder in asked.folders:
        for path, _ in list(labelled(folder))[part::parts]:
            read_page(path, shelf)
        sys.stdout.write(f"{folder.name} read\n")


if __name__ == "__main__":
    main()
