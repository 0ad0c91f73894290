"""What one might ask a screen for: by name, by row, by heading; and things that it lacks."""

import random
from collections import Counter
from collections.abc import Iterator

from training.screens.labels import LabelledElement, Question, Reading

NOUNS = {
    "button": "button",
    "input": "field",
    "checkbox": "checkbox",
    "radio": "option",
    "link": "link",
    "tab": "tab",
}
"""What people call a role; the roles that lack here are not asked for by name.
An icon's name is printed nowhere."""
MOST = 6
"""Questions a picture, beside the one for something that is not there."""


def questions(reading: Reading, missing: list[str], rng: random.Random) -> tuple[Question, ...]:
    """Questions with one right answer each. `missing`: words that may stand on other pages."""
    asked = [*_by_name(reading.elements), *_in_rows(reading.elements)]
    printed = " ".join(
        [line.text for line in reading.lines] + [e.label or "" for e in reading.elements]
    ).casefold()
    absent = [word for word in missing if word.casefold() not in printed]
    nothing = (Question(locate=f"the {rng.choice(absent)} button", element=None),) if absent else ()
    return (*rng.sample(asked, min(MOST, len(asked))), *nothing)


def _by_name(elements: tuple[LabelledElement, ...]) -> Iterator[Question]:
    counts = Counter((e.role, e.label) for e in elements)
    for element in elements:
        noun = NOUNS.get(element.role)
        if noun and element.label and counts[element.role, element.label] == 1:
            yield Question(locate=f"the {element.label} {noun}", element=element.id)


def _in_rows(elements: tuple[LabelledElement, ...]) -> Iterator[Question]:
    """ "row 3 Delete": only where the screen has one list or table."""
    rows = [e.id for e in elements if e.role == "list_row"]
    parents = {e.parent for e in elements if e.role == "list_row"}
    if len(parents) != 1:
        return
    inside = [e for e in elements if e.parent in rows and e.role in ("button", "link")]
    for element in inside:
        row = rows.index(str(element.parent)) + 1
        yield Question(locate=f"row {row} {element.label}", element=element.id)
