"""What one might ask a screen for: by name, by row, by heading; and things that it lacks."""

import random
from collections import Counter
from collections.abc import Collection, Iterator

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
MOST = 8
"""Questions a picture, beside the one for something that is not there."""


def questions(
    reading: Reading, headings: Collection[str], missing: list[str], rng: random.Random
) -> tuple[Question, ...]:
    """Questions with one right answer each. `missing`: words that may stand on other pages."""
    elements = reading.elements
    asked = [*_by_name(elements), *_in_rows(elements), *_under(elements, headings)]
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


def _under(elements: tuple[LabelledElement, ...], headings: Collection[str]) -> Iterator[Question]:
    """ "the Public option under Delivery": what is called so once from one heading to the next."""
    heading, below = "", list[LabelledElement]()
    parts: list[tuple[str, list[LabelledElement]]] = []
    for element in elements:
        if element.role == "text" and element.label in headings:
            heading, below = str(element.label), []
            parts.append((heading, below))
        elif heading:
            below.append(element)
    once = Counter(heading for heading, _ in parts)
    for heading, below in parts:
        if once[heading] == 1:
            for named in _by_name(tuple(below)):
                asked = f"{named.locate} under {heading}"
                yield Question(locate=asked, element=named.element)
