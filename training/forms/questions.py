"""Questions in natural words, and things to find on a screen; a third of both has no answer."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from training.forms.facts import Content, Element, Fact, Quad, Rows

_UNANSWERABLE = 0.35
_PLAIN = ("What is the {n}?", "what's the {n}", "Which {n} is given?", "Tell me the {n}.", "{N}?",
          "What {n} does it show?", "Please read the {n}.", "Give me the {n} as printed.",
          "I need the {n}.", "What does it give as {n}?", "Find the {n}.", "Can you read the {n}?",
          "Is any {n} given, and which?", "State the {n}.")  # fmt: skip
_MORE = {
    "person": ("Who is the {n}?", "What is the name of the {n}?"),
    "company": ("Who is the {n}?", "Which firm is the {n}?"),
    "money": ("How much is the {n}?", "How high is the {n}?", "What does the {n} come to?"),
    "percent": ("How high is the {n}?", "What per cent is the {n}?"),
    "measure": ("How much is the {n}?",),
    "day": ("On which day is the {n}?", "When is the {n}?"),
}
_BY_LABEL = {
    "en": ('What does it say under "{l}"?', "What is printed next to {l}?", "{l}?",
           'What is the value of "{l}"?'),
    "de": ("Was steht bei „{l}“?", "{l}?", "Welche Angabe steht unter „{l}“?"),
    "fr": ("Que dit le champ « {l} » ?", "{l} ?", "Qu'est-ce qui est indiqué à « {l} » ?"),
    "es": ("¿Qué pone en «{l}»?", "¿{l}?", "¿Qué se indica en «{l}»?"),
}  # fmt: skip
_NO_NOUNS = ("by", "on", "in", "at", "until", "from", "since", "open", "today", "ed",
             "users", "tickets", "enclosures", "dimensions", "contents", "children")  # fmt: skip
"""Endings of keys that no sentence can take for a noun."""


def questions(content: Content, rng: random.Random) -> list[dict[str, Any]]:
    """Two to five about one document, no two alike."""
    absent = (*content.blank, *content.absent)
    known = [fact for fact in content.facts if fact.value.text or fact.value.sort == "flag"]
    there = rng.sample(known, len(known))
    missing = rng.sample(absent, len(absent))
    rows = list(_about_tables(content, rng))
    found: list[dict[str, Any]] = []
    for _ in range(rng.randint(2, 5)):
        if missing and rng.random() < _UNANSWERABLE:
            fact = missing.pop()
            found.append(_said(_question(fact, content.language, rng), None, None))
        elif rows and (not there or rng.random() < 0.3):
            found.append(rows.pop())
        elif there:
            fact = there.pop()
            found.append(_answered(fact, content.language, rng))
    return found


def _said(
    question: str, answer: str | None, region: Quad | None, kind: str = "reading"
) -> dict[str, Any]:
    return {"question": question, "answer": answer, "region": region, "kind": kind}


def _answered(fact: Fact, language: str, rng: random.Random) -> dict[str, Any]:
    kind = "check" if fact.value.sort == "flag" else "reading"
    answer = fact.value.text or ("yes" if fact.value.normal is True else "no")
    return _said(_question(fact, language, rng), answer, fact.place, kind)


def _question(fact: Fact, language: str, rng: random.Random) -> str:
    """In the words of the field, of its label, or of people who know neither."""
    concept, noun = fact.concept, fact.concept.noun
    labels = [fact.label] if fact.label else list(concept.labels.get(language, ()))
    words = list(concept.asks) * 3
    if not noun.endswith(_NO_NOUNS) and fact.value.sort != "flag":
        plain = (*_PLAIN, *_MORE.get(fact.value.sort, ()) * 2)
        words += [rng.choice(plain).format(n=noun, N=noun.capitalize()) for _ in range(5)]
    spoken = language if rng.random() < 0.5 else "en"
    words += [rng.choice(_BY_LABEL[spoken]).format(l=label) for label in labels if label]
    text = rng.choice(words)
    return text.lower().rstrip("?") if rng.random() < 0.06 else text


def _about_tables(content: Content, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Cells by the name of their row, the number of rows, and rows that are not there."""
    for rows in content.tables:
        noun = rows.table.row
        count = rng.choice(
            (f"How many rows does the table with the {noun}s have?", f"Count the {noun} rows.",
             f"How many {noun} entries are listed?")
        )  # fmt: skip
        yield _said(count, str(len(rows.rows)), None, "counting")
        for _ in range(2):
            if cell := _cell(rows, rng):
                yield cell
        first = rows.rows[0][0]
        yield _said(f"What is the first {noun} in the table?", first.value.text, first.place)
        last = rows.rows[-1][0]
        yield _said(f"Which {noun} comes last?", last.value.text, last.place)
        beyond = f"What is the {rows.columns[-1].noun} in row {len(rows.rows) + 2} of the table?"
        yield _said(beyond, None, None)


def _cell(rows: Rows, rng: random.Random) -> dict[str, Any] | None:
    """None where the row has no name or the cell nothing printed."""
    if len(rows.columns) < 2:
        return None
    row = rng.randrange(len(rows.rows))
    column = rng.randrange(1, len(rows.columns))
    fact, name = rows.rows[row][column], rows.rows[row][0].value.text
    if not name or (fact.is_there and not fact.value.text):
        return None
    noun = rows.columns[column].noun
    forms = (
        f"What is the {noun} of {name}?",
        f"{name}: {noun}?",
        f'Which {noun} stands beside "{name}"?',
        f"What is the {noun} in row {row + 1}?",
    )
    answer = fact.value.text if fact.is_there else None
    return _said(rng.choice(forms), answer, fact.place)


def sought(
    content: Content, missing: Sequence[Element], rng: random.Random
) -> list[dict[str, Any]]:
    """One to three things to find on a screen."""
    named = [one for one in content.elements if _is_single(one, content.elements)]
    there, lacking = rng.sample(named, len(named)), rng.sample(list(missing), len(missing))
    found: list[dict[str, Any]] = []
    for _ in range(rng.randint(1, 3)):
        if lacking and rng.random() < 1 / 3:
            found.append({"locate": _words(lacking.pop(), rng), "label": None, "region": None})
        elif there:
            one = there.pop()
            found.append({"locate": _words(one, rng), "label": one.label, "region": one.place})
    return found


def _is_single(element: Element, others: Sequence[Element]) -> bool:
    """Whether its name, or its row, tells it from all others."""
    same = [one for one in others if one.label == element.label]
    return element.row is not None or len(same) == 1


def _words(element: Element, rng: random.Random) -> str:
    label, noun = element.label, element.noun
    if element.row is not None:
        return rng.choice(
            (f"row {element.row} {label}", f"the {label} link next to {element.beside}",
             f"{label} for {element.beside}")
        )  # fmt: skip
    names = {"box": ("checkbox", "box"), "field": ("field", "input", "text box")}.get(noun, (noun,))
    plain = (f"the {label} {rng.choice(names)}", f"{label}", f'the {rng.choice(names)} "{label}"',
             f"where is {label}?", f"click {label}")  # fmt: skip
    return rng.choice((*plain, *element.asks * 3))
