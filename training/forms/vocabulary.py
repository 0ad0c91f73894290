"""The kinds of documents, their fields, tables and buttons, as the vocabulary files say."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "fr", "es")
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """Something that a document may print: a field, or a column of a table."""

    key: str
    """Also how a question calls it: "delivery date"."""
    value: str
    """Which values it has: `values.py` reads it."""
    labels: Mapping[str, tuple[str, ...]]
    """By language; none for what a letterhead prints."""
    names: tuple[str, ...]
    """In words; a schema writes them as its properties are written."""
    means: str = ""
    asks: tuple[str, ...] = ()
    like: frozenset[str] = frozenset()
    options: tuple[tuple[str, ...], ...] = ()
    """Of a pick: each in all languages."""

    @property
    def noun(self) -> str:
        return self.key.replace("_", " ")

    @property
    def sort(self) -> str:
        """ "money" of "money 10 900"."""
        return self.value.partition(" ")[0]

    def clashes(self, other: "Concept") -> bool:
        """Whether nobody could tell which of the two is meant."""
        if self.key == other.key or self.like & other.like:
            return True
        return bool(self.all_words & other.all_words)

    @property
    def all_words(self) -> frozenset[str]:
        """What is printed for it and what schemas call it, bare."""
        printed = (label for labels in self.labels.values() for label in labels)
        return frozenset(_bare(word) for word in (*printed, *self.names) if word)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same columns; the first column names the row."""

    key: str
    names: tuple[str, ...]
    row: str
    columns: tuple[Concept, ...]
    has_actions: bool


@dataclass(frozen=True, slots=True)
class Button:
    """What one can click, in several words for the same."""

    key: str
    labels: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of document."""

    name: str
    titles: Mapping[str, tuple[str, ...]]
    fields: tuple[Concept, ...]
    sums: tuple[Concept, ...]
    """Those that stand below a table."""
    tables: tuple[Table, ...]
    screen: str | None
    """form, list, tiles or dialog; None: paper."""
    is_narrow: bool
    has_boxes: bool
    has_prose: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that documents of one part are made of: the part that teaches, or the one held back."""

    is_held_back: bool
    concepts: tuple[Concept, ...]
    heads: tuple[Concept, ...]
    kinds: tuple[Kind, ...]
    buttons: tuple[Button, ...]


@cache
def vocabulary(*, held_back: bool) -> Vocabulary:
    """The part that teaches, or the one that is held back."""
    files = ("held_back",) if held_back else ("teaching", "teaching_kinds")
    told: dict[str, Any] = {}
    for name in files:
        told |= tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))
    concepts = {key: _concept(key, one) for key, one in told["concepts"].items()}
    tables = {key: _table(key, one) for key, one in told["tables"].items()}
    return Vocabulary(
        is_held_back=held_back,
        concepts=tuple(concepts.values()),
        heads=tuple(_concept(key, one) for key, one in told["heads"].items()),
        kinds=tuple(_kind(key, one, concepts, tables) for key, one in told["kinds"].items()),
        buttons=tuple(
            Button(key, tuple(one["labels"]), tuple(one["asks"]))
            for key, one in told["buttons"].items()
        ),
    )


@cache
def words() -> Mapping[str, Any]:
    """What values are made of."""
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


def _concept(key: str, told: dict[str, Any]) -> Concept:
    return Concept(
        key=key,
        value=told["value"],
        labels={lang: tuple(told[lang]) for lang in LANGUAGES if lang in told},
        names=tuple(told["names"]),
        means=told.get("means", ""),
        asks=tuple(told.get("asks", ())),
        like=frozenset(told.get("like", ())),
        options=tuple(tuple(option) for option in told.get("options", ())),
    )


def _table(key: str, told: dict[str, Any]) -> Table:
    columns = tuple(_concept(column["key"], column) for column in told["columns"])
    return Table(key, tuple(told["names"]), told["row"], columns, told.get("actions", False))


def _kind(
    name: str, told: dict[str, Any], concepts: Mapping[str, Concept], tables: Mapping[str, Table]
) -> Kind:
    return Kind(
        name=name,
        titles={lang: tuple(told[lang]) for lang in LANGUAGES},
        fields=tuple(concepts[key] for key in told["fields"]),
        sums=tuple(concepts[key] for key in told.get("sums", ())),
        tables=tuple(tables[key] for key in told.get("tables", ())),
        screen=told.get("screen"),
        is_narrow=told.get("narrow", False),
        has_boxes=told.get("boxes", False),
        has_prose=told.get("prose", False),
    )


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
