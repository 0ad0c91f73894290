"""The words of questions, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from vouch.schemas.answer import QuestionKind
from vouch.schemas.draft import Pointer
from vouch.schemas.routing import Kind
from vouch.schemas.ui import State
from vouch.workers.stages.rules.lexicon import fold

Form = Literal["amount", "date", "code", "text"]
"""What the values of a field look like."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that documents print under several names."""

    words: tuple[str, ...]
    form: Form
    pointers: Mapping[str, Pointer] = field(default_factory=dict)
    """Where the readers of other schemas put it, by schema name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A state that questions ask about."""

    words: tuple[str, ...]
    yes: frozenset[State]
    no: frozenset[State]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it; words are plain: lower case, without accents."""

    kinds: Mapping[str, QuestionKind]
    """Beginnings of questions."""
    polite: frozenset[str]
    """Said before beginnings that mean the same without them."""
    prepositions: frozenset[str]
    also: frozenset[str]
    """Words that join a second question to a first."""
    alternatives: frozenset[str]
    pictures: frozenset[str]
    dropped: frozenset[str]
    often_dropped: frozenset[str]
    defaults: Mapping[str, str]
    """Beginnings that ask for a field by themselves."""
    existence: tuple[str, ...]
    existence_after: frozenset[str]
    pages: frozenset[str]
    times: frozenset[str]
    occurring: frozenset[str]
    conditions: tuple[Condition, ...]
    marks: Mapping[str, bool]
    """Whether a mark before a label says that it is ticked."""
    named: Mapping[Kind, tuple[str, ...]]
    fields: Mapping[str, Field]
    field_of: Mapping[str, str]
    """Field names by their folded words."""


@cache
def vocabulary() -> Vocabulary:
    """Read once."""
    told = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
    fields = {name: _field(own) for name, own in told["fields"].items()}
    return Vocabulary(
        kinds={word: kind for kind, words in told["kinds"].items() for word in words},
        polite=frozenset(told["before"]["polite"]),
        prepositions=frozenset(told["before"]["prepositions"]),
        also=frozenset(told["before"]["also"]),
        alternatives=frozenset(told["alternatives"]["words"]),
        pictures=frozenset(told["pictures"]["words"]),
        dropped=frozenset(told["dropped"]["always"]),
        often_dropped=frozenset(told["dropped"]["often"]),
        defaults={word: name for name, words in told["defaults"].items() for word in words},
        existence=tuple(sorted(told["existence"]["words"], key=len, reverse=True)),
        existence_after=frozenset(told["existence"]["after"]),
        pages=frozenset(told["counted"]["pages"]),
        times=frozenset(told["counted"]["times"]),
        occurring=frozenset(told["counted"]["occurring"]),
        conditions=tuple(
            Condition(tuple(own["words"]), frozenset(own["yes"]), frozenset(own["no"]))
            for own in told["states"].values()
        ),
        marks={mark: name == "checked" for name, marks in told["marks"].items() for mark in marks},
        named={kind: tuple(words) for kind, words in told["named"].items()},
        fields=fields,
        field_of={fold(word): name for name, own in fields.items() for word in own.words},
    )


def _field(own: Mapping[str, Any]) -> Field:
    pointers = {name: at for name, at in own.items() if name not in ("words", "form")}
    return Field(tuple(own["words"]), own["form"], pointers)
