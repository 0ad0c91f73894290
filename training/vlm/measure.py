"""How well a checkpoint does its lessons: `python -m training.vlm.measure CHECKPOINT FOLDER…`.

It is asked alone, as production asks it. Every value of a lesson counts, those that OCR lost too.
"""

import argparse
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.vlm.lessons import Labelled, Lesson, Truth, asked_besides, lessons_of
from training.vlm.reading import ReadPage, labelled, read_page, shelf_at
from training.vlm.studying import asked_of
from vouch.evals.compare import fold
from vouch.evals.printed import decimal_or_none
from vouch.schemas.draft import Draft
from vouch.schemas.value import Value
from vouch.workers.engines.transformers_vlm import TransformersVlm
from vouch.workers.protocols import VisionModel
from vouch.workers.settings import WorkerSettings


class Marks(Value):
    """How one kind of lesson went."""

    lessons: int
    drafted: int
    """Answers that keep to the schema and cite lines that exist; others are no drafts."""
    said: int
    """Values that are on the page."""
    right: float
    """Share of them that were given, letter by letter but for signs, blanks and case."""
    absent: int
    """Values that are not."""
    null: float
    """Share of them that were not given."""
    seconds: float
    """Median of an answer."""


@dataclass
class Tally:
    """What is counted."""

    drafted: list[bool] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    null: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def marks(self) -> Marks:
        return Marks(
            lessons=len(self.drafted),
            drafted=sum(self.drafted),
            said=len(self.right),
            right=_share(self.right),
            absent=len(self.null),
            null=_share(self.null),
            seconds=round(sorted(self.seconds)[len(self.seconds) // 2], 2),
        )


def lessons_about(labels: Labelled) -> Iterator[Lesson]:
    """All that can be asked about a document; always the same."""
    chance = random.Random(labels.file)
    yield from lessons_of(labels, chance)
    yield from asked_besides(labels, chance)


def examine(lesson: Lesson, page: ReadPage, vision: VisionModel, tally: Tally) -> None:
    """Ask one thing, and count what of the answer is right."""
    started = time.perf_counter()
    (drafted,) = vision.draft([asked_of(page, lesson, vision.wording)])
    tally.seconds.append(time.perf_counter() - started)
    tally.drafted.append(drafted.draft is not None)
    for pointer, truth in lesson.truths.items():
        given = _given(drafted.draft, pointer)
        if truth.value is None:
            tally.null.append(given is None)
        else:
            tally.right.append(given is not None and _same(truth, given))


def _given(draft: Draft | None, pointer: str) -> str | None:
    candidates = () if draft is None else draft.candidates.get(pointer, ())
    return candidates[0].value if candidates else None


def _same(truth: Truth, given: str) -> bool:
    amount = decimal_or_none(given)
    return any(
        fold(given) == fold(text) or (amount is not None and amount == decimal_or_none(text))
        for text in (truth.value or "", *truth.printed)
    )


def _share(counted: Sequence[bool]) -> float:
    return round(sum(counted) / len(counted), 3) if counted else 0.0


def main() -> None:
    """Print the marks by folder and task, and the most memory that was held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--most", type=int, help="documents of each folder")
    asked = parser.parse_args()
    vision = TransformersVlm(str(asked.checkpoint), WorkerSettings().vision)
    shelf = shelf_at(asked.kept)
    for folder in asked.folders:
        tallies: defaultdict[str, Tally] = defaultdict(Tally)
        for path, labels in list(labelled(folder))[: asked.most]:
            page = read_page(path, shelf)
            if page is not None:
                for lesson in lessons_about(labels):
                    examine(lesson, page, vision, tallies[lesson.task])
        for task, tally in tallies.items():
            sys.stdout.write(f"{folder.name} {task} {tally.marks().model_dump_json()}\n")
            sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    sys.stdout.write(f"peak memory with OCR's models {peak:.2f} GB\n")


if __name__ == "__main__":
    main()
