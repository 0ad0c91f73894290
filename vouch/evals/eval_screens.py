"""Measures sets of screens: `python -m vouch.evals.eval_screens FOLDER… [--limit N]`.

The last line printed is one JSON object: per set, each role's F1 at IoU 0.5, and clicks.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from vouch.evals.screens import Found, judge_elements, judge_locate, load_screens
from vouch.schemas.job import Options, locating
from vouch.schemas.leaves import PixelPoint
from vouch.schemas.perception import Perception
from vouch.schemas.record import Record
from vouch.workers.app import build_engines
from vouch.workers.conclusion import conclude
from vouch.workers.pipeline import depict, interpret, see
from vouch.workers.progress import Progress
from vouch.workers.settings import WorkerSettings

_EVERYTHING = Options(schema_name="ui", readers="rules")


class Viewer:
    """Looks at a picture once, whatever is asked of it then."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._engines = build_engines(settings)
        self._seen = lru_cache(maxsize=256)(self._look)

    def detect(self, picture: Path) -> Sequence[Found]:
        """All elements of the record of schema `ui` that have a role and a box."""
        record = self._record(picture, _EVERYTHING)
        return tuple(_elements(record))

    def locate(self, picture: Path, sought: str) -> PixelPoint | None:
        """Where the record says to click; None where it says that there is no such thing."""
        options = locating(sought).model_copy(update={"readers": "rules"})
        data = self._record(picture, options).data
        element = data.get("element")
        point = element.get("click_point") if isinstance(element, dict) else None
        if not data.get("found") or not isinstance(point, list | tuple):
            return None
        x, y = point
        return float(str(x)), float(str(y))

    def _record(self, picture: Path, options: Options) -> Record:
        seen, progress = self._seen(picture), Progress()
        told = interpret((), seen.layouts, options, None, progress)
        return conclude(seen, told, options, progress, picture.stem)

    def _look(self, picture: Path) -> Perception:
        content, progress = picture.read_bytes(), Progress()
        pages = depict(content, self._settings.limits, progress)
        return see(pages, content, picture.name, self._engines, progress, _EVERYTHING)


def _elements(record: Record) -> Iterator[Found]:
    elements = record.data.get("elements")
    for element in elements if isinstance(elements, list | tuple) else ():
        if isinstance(element, dict) and element.get("role") and element.get("bbox"):
            yield Found.model_validate({"role": element["role"], "bbox": element["bbox"]})


def main(arguments: list[str]) -> int:
    """Exit status 0; what falls short shows in the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--limit", type=int)
    asked = parser.parse_args(arguments)
    viewer = Viewer(WorkerSettings())
    sets = {}
    for folder in asked.folders:
        screens = load_screens(folder, asked.limit)
        sets[folder.resolve().name] = {
            "documents": len(screens),
            "elements": judge_elements(folder, screens, viewer.detect),
            "locate": judge_locate(folder, screens, viewer.locate),
        }
    sys.stdout.write(json.dumps(sets) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
