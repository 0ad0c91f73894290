"""Asks drawn pictures what is known of them: `python -m training.questions.measure [N] [SEED]`.

The last line printed is one JSON object: for questions with an answer how often it was right, wrong
or withheld; for those without one how often nothing was claimed.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from training.questions.drawing import BUTTONS, FIELDS, Box, Picture, form, table
from vouch.schemas.document import Page
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.app import build_engines
from vouch.workers.protocols import OcrEngine
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.read import read
from vouch.workers.stages.read_rules import read_rules
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.segment import group_lines


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is true: a text, a box to click into, or nothing."""

    words: str
    text: str | None = None
    box: Box | None = None
    locates: bool = False

    @property
    def has_answer(self) -> bool:
        return self.text is not None or self.box is not None


def cases(picture: Picture, rng: random.Random) -> Iterator[Case]:
    """What can be asked of a picture, half of it about what is not there."""
    fields = {name: value for name, value in picture.values.items() if name in FIELDS}
    for name, value in rng.sample(sorted(fields.items()), min(2, len(fields))):
        yield Case(f"What is the {name.lower()}?", text=value)
    for name in rng.sample(sorted(FIELDS.keys() - fields.keys()), 2):
        yield Case(f"What is the {name.lower()}?")
    there = [label for label in BUTTONS if label in picture.boxes]
    missing = rng.choice([label for label in BUTTONS if label not in picture.boxes])
    yield Case(f"the {missing} button", locates=True)
    yield Case(f"Is there a {missing} button?", text="no")
    for label in there[:2]:
        yield Case(f"the {label} button", box=picture.boxes[label][0], locates=True)
        yield Case(f"Is there a {label} button?", text="yes")
    if "Edit" in picture.boxes:
        row = rng.randrange(4)
        yield Case(f"row {row + 1} Edit", box=picture.boxes["Edit"][row], locates=True)
        beside = f"the Remove button next to {picture.values[f'row {row + 1}']}"
        yield Case(beside, box=picture.boxes["Remove"][row], locates=True)
        yield Case("row 9 Edit", locates=True)


def verdict(case: Case, layout: PageLayout) -> str:
    """right, wrong, withheld; for what is not there: absent or invented."""
    task = {"task": "locate", "schema_name": "location", "locate": case.words}
    if not case.locates:
        task = {"task": "ask", "schema_name": "answer", "question": case.words}
    found = read_rules(Seen((layout,), Options.model_validate(task))).candidates
    said = found.get("/element/click_point" if case.locates else "/answer")
    if not case.has_answer:
        return "invented" if said else "absent"
    if not said:
        return "withheld"
    return "right" if _is_right(case, said[0].value) else "wrong"


def _is_right(case: Case, value: str) -> bool:
    if case.box is None:
        return case.text is not None and _bare(value) == _bare(case.text)
    x, y = json.loads(value)
    left, top, right, bottom = case.box
    return bool(left <= x <= right and top <= y <= bottom)


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _layout(picture: Picture, ocr: OcrEngine) -> PageLayout:
    height, width = picture.pixels.shape[:2]
    page = Page(number=1, width=width, height=height)
    tokens = read(page, picture.pixels, ocr)
    return PageLayout(tokens=tokens, lines=group_lines(tokens), regions=())


def main(count: int = 16, seed: int = 1) -> None:
    """Draw so many pictures, ask, and print what became of it."""
    rng = random.Random(seed)
    ocr = build_engines(WorkerSettings()).ocr
    verdicts: Counter[str] = Counter()
    for number in range(count):
        picture = (form, table)[number % 2](rng)
        layout = _layout(picture, ocr)
        for case in cases(picture, rng):
            became = verdict(case, layout)
            verdicts[became] += 1
            if became in ("wrong", "invented", "withheld"):
                sys.stdout.write(f"{number} {became}: {case.words}\n")
    sys.stdout.write(json.dumps(summary(verdicts)) + "\n")


def summary(verdicts: Counter[str]) -> dict[str, float]:
    """Shares of what has an answer and of what has none."""
    answered = sum(verdicts[name] for name in ("right", "wrong", "withheld"))
    absent = sum(verdicts[name] for name in ("absent", "invented"))
    return {
        "questions": answered + absent,
        "accuracy_answered": round(verdicts["right"] / max(answered, 1), 4),
        "wrong": verdicts["wrong"],
        "withheld": verdicts["withheld"],
        "accuracy_absent": round(verdicts["absent"] / max(absent, 1), 4),
        "invented": verdicts["invented"],
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
