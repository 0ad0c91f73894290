"""Finding values beside their labels, by plain rules: for the fake VLM only."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import JsonValue
from rapidfuzz import fuzz

from vouch.schemas.shape import LeafShape
from vouch.workers.drafting.lines import NumberedLine
from vouch.workers.engines.fake_values import meaning
from vouch.workers.engines.least_value import NoValue

_ALIKE = 0.8  # one letter of five may be misread
_LONGEST_LABEL = 4  # words: a description of more is a sentence, no label
_LONGEST_RUN = 8  # words
_BETWEEN = " :=.|"


@dataclass(frozen=True, slots=True)
class Found:
    """What a line prints for one leaf."""

    line: int
    raw: str
    value: JsonValue
    likeness: float
    """Of its label to the leaf's own, 0 to 1."""


def labels_of(leaf: LeafShape, name: str, above: str = "") -> tuple[str, ...]:
    """What may stand beside a leaf's value: its name, title and short description."""
    own = _spoken(name)
    texts = [leaf.json_schema.get(key, "") for key in ("title", "description")]
    labels = [own, f"{_spoken(above)} {own}".strip(), *(_spoken(text) for text in texts)]
    return tuple(dict.fromkeys(each for each in labels if 0 < len(each.split()) <= _LONGEST_LABEL))


def find(leaf: LeafShape, labels: Sequence[str], lines: Sequence[NumberedLine]) -> Found | None:
    """What stands right of the best label, or in the line below where nothing is right of it."""
    places = sorted(
        (-likeness, index, end)
        for index, line in enumerate(lines)
        for likeness, _, end in _places(labels, line.text)
    )
    for unlike, index, end in places:
        beside = lines[index].text[end:].strip(_BETWEEN)
        at = index if beside else index + 1
        if at < len(lines):
            text = beside or lines[at].text.strip(_BETWEEN)
            with suppress(NoValue):
                return read(leaf, text, lines[at].number, -unlike)
    return None


def listed(leaf: LeafShape, labels: Sequence[str], lines: Sequence[NumberedLine]) -> list[Found]:
    """The members of "Tags: red, green, blue"; none where one of them means nothing."""
    whole = find(
        LeafShape(json_schema={"type": "string"}, nullable=True, copied=True), labels, lines
    )
    if whole is None:
        return []
    with suppress(NoValue):
        parts = [part.strip(_BETWEEN) for part in whole.raw.split(",")]
        return [read(leaf, part, whole.line, whole.likeness) for part in parts if part]
    return []


def table(
    columns: Mapping[str, LeafShape], lines: Sequence[NumberedLine]
) -> list[dict[str, Found]]:
    """The rows below a line that names at least two columns, one word a column.

    The first column takes all the words that are left over. The table ends with the first line
    that does not fit.
    """
    for index, line in enumerate(lines):
        heads = _heads(columns, line.text)
        if len(heads) > 1:
            return list(_rows({name: columns[name] for name in heads}, lines[index + 1 :]))
    return []


def read(leaf: LeafShape, text: str, line: int, likeness: float) -> Found:
    """The whole text, or the first and longest run of its words that means something."""
    if leaf.copied and text:
        return Found(line, text, text, likeness)
    words = [match.span() for match in re.finditer(r"\S+", text)][:_LONGEST_RUN]
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            raw = text[words[first][0] : words[first + length - 1][1]]
            with suppress(NoValue):
                return Found(line, raw, meaning(raw, leaf.json_schema), likeness)
    raise NoValue


def _rows(
    columns: Mapping[str, LeafShape], lines: Sequence[NumberedLine]
) -> Iterator[dict[str, Found]]:
    for line in lines:
        words = [match.span() for match in re.finditer(r"\S+", line.text)]
        if len(words) < len(columns):
            return
        cut = len(words) - len(columns) + 1
        spans = [(words[0][0], words[cut - 1][1]), *words[cut:]]
        try:
            yield {
                name: read(leaf, line.text[start:end], line.number, 1.0)
                for (name, leaf), (start, end) in zip(columns.items(), spans, strict=True)
            }
        except NoValue:
            return


def _heads(columns: Mapping[str, LeafShape], text: str) -> list[str]:
    """The columns that a line names, from left to right."""
    starts = {
        name: min((start for _, start, _ in _places(labels_of(leaf, name), text)), default=None)
        for name, leaf in columns.items()
    }
    named = sorted((start, name) for name, start in starts.items() if start is not None)
    return [name for _, name in named]


def _places(labels: Sequence[str], text: str) -> Iterator[tuple[float, int, int]]:
    """How alike, from where and to where in a line its words resemble a label."""
    printed = [(match[0].casefold(), *match.span()) for match in re.finditer(r"[^\W_]+", text)]
    for label in labels:
        wanted = label.split()
        for first in range(len(printed) - len(wanted) + 1):
            window = printed[first : first + len(wanted)]
            likeness = min(map(_likeness, wanted, (word for word, _, _ in window)))
            if likeness >= _ALIKE:
                yield likeness, window[0][1], window[-1][2]


def _likeness(word: str, other: str) -> float:
    return fuzz.ratio(word, other) / 100


def _spoken(name: str) -> str:
    """Words in lower case: "dueDate", "due_date" and "Due date" are the same."""
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"([a-z\d])([A-Z])", r"\1 \2", name))).casefold()
