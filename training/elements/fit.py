"""Fits the judge of elements: `python -m training.elements.fit SET… [--kept FOLDER] [--test SET…]`.

A quarter of the kits is left out in turn and found by the others' trees; then all are fitted and
written. With `--test`, sets of kits that nothing is fitted on are measured in the end.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training.elements.examples import Examples, joined, labelled, of_screen, seen
from training.elements.scoring import fitted
from training.elements.writing import onnx_of
from training.screens.labels import LabelledScreen
from vouch.evals.kept import Shelf
from vouch.evals.screens import Found, Tally, TrueScreen, tally
from vouch.schemas.ui import Role
from vouch.workers.app import build_engines
from vouch.workers.engines.fake_elements import FakeElements
from vouch.workers.engines.forest_elements import WEIGHTS
from vouch.workers.protocols import ElementModel
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.elements.detect import detect_elements

FOLDS = 4


@dataclass(frozen=True, slots=True)
class Pictured:
    """A labelled picture with its boxes."""

    path: Path
    screen: LabelledScreen
    boxes: Examples


def pictured(folders: Iterable[Path], shelf: Shelf) -> list[Pictured]:
    """Every picture of some sets on which anything stands."""
    return [
        Pictured(folder / screen.file, screen, of_screen(folder, screen, shelf))
        for folder in folders
        for screen in labelled(folder)
        if screen.elements
    ]


def left_out(pictures: Sequence[Pictured], shelf: Shelf) -> dict[str, dict[Role, Tally]]:
    """Of each kit, what trees find on it that never saw it."""
    kits = sorted({one.screen.kit for one in pictures})
    sums = {}
    for fold in (kits[start::FOLDS] for start in range(FOLDS)):
        model = fitted(joined([one.boxes for one in pictures if one.screen.kit not in fold]))
        for kit in fold:
            sums[kit] = measured([one for one in pictures if one.screen.kit == kit], model, shelf)
    return sums


def measured(pictures: Iterable[Pictured], model: ElementModel, shelf: Shelf) -> dict[Role, Tally]:
    """What a judge finds on some pictures, by role."""
    sums: dict[Role, Tally] = {}
    for one in pictures:
        image, layout = seen(one.path, shelf)
        found = [
            Found(role=element.role, bbox=element.bbox.sides)
            for element in detect_elements(image, layout.tokens, layout.lines, model)
        ]
        truth = TrueScreen.model_validate(one.screen.model_dump(by_alias=True))
        for role, of in tally(truth, found).items():
            sums[role] = sums.get(role, Tally()) + of
    return sums


def _told(name: str, sums: dict[Role, Tally]) -> None:
    numbers = {role: sums[role].numbers() for role in sorted(sums)}
    sys.stdout.write(json.dumps({"kit": name, "elements": numbers}) + "\n")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--test", type=Path, nargs="*", default=())
    parser.add_argument("--kept", type=Path, help="where what OCR reads is kept between runs")
    parser.add_argument("--quick", action="store_true", help="leave no kit out in turn")
    asked = parser.parse_args(arguments)
    settings = WorkerSettings()
    # what OCR read stays kept when the trees change: only words are taken from there
    engines = replace(build_engines(settings), elements=FakeElements())
    shelf = Shelf(engines, settings.limits, asked.kept)
    pictures = pictured(asked.sets, shelf)
    for kit, sums in {} if asked.quick else left_out(pictures, shelf).items():
        _told(kit, sums)
    model = fitted(joined([one.boxes for one in pictures]))
    WEIGHTS.write_bytes(onnx_of(model.forests, pictures[0].boxes.names).SerializeToString())
    tests = pictured(asked.test, shelf)
    for kit in sorted({one.screen.kit for one in tests}):
        _told(kit, measured([one for one in tests if one.screen.kit == kit], model, shelf))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
