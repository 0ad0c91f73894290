"""The words of a page that speak for a kind of picture."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vouch.schemas.routing import Kind, Sign
from vouch.schemas.text import Line, PageLayout
from vouch.workers.stages.rules.lexicon import Found, Meaning, Phrases

_FILE = "words.toml"
_KIND_OF: Mapping[str, Kind] = {
    "receipt": "receipt",
    "invoice": "invoice",
    "error": "error_screenshot",
    "ui": "ui",
    "document": "document",
}
"""What the words of each list speak for."""
_MOST_SIGNS = 12
_FUZZY_FROM = 9
"""Characters from which on a word may be misread by a letter: "filled" is not "failed"."""
_LONGEST_LINE = 400
"""Characters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A phrase that speaks for a kind, and the line that prints it."""

    word_list: str
    found: Found
    line: Line
    layout: PageLayout

    @property
    def kind(self) -> Kind:
        return _KIND_OF[self.word_list]

    @property
    def text(self) -> str:
        return self.line.text[self.found.start : self.found.end]

    @property
    def sign(self) -> Sign:
        """What a record shows of it: the words, and the line's tokens that print them."""
        box = self.line.bbox.polygon
        return Sign(
            text=self.text, page=self.layout.page, polygon=self.layout.tokens.transform.polygon(box)
        )


def spoken(layouts: Sequence[PageLayout]) -> Iterator[Spoken]:
    """All such phrases, in reading order."""
    for layout in layouts:
        for line in layout.lines:
            for name, phrases in _phrases().items():
                for found in filter(_is_telling, phrases.find(line.text[:_LONGEST_LINE])):
                    yield Spoken(name, found, line, layout)


def _is_telling(found: Found) -> bool:
    """Whether it is more than a short word that another one looks like."""
    return found.strength == 1 or found.end - found.start >= _FUZZY_FROM


def signs_for(kind: Kind, found: Sequence[Spoken]) -> tuple[Sign, ...]:
    """The first few words that speak for a kind, each once."""
    once = {one.text.casefold(): one for one in reversed(found) if one.kind == kind}
    return tuple(one.sign for one in found if once.get(one.text.casefold()) is one)[:_MOST_SIGNS]


@cache
def word_lists() -> tuple[str, ...]:
    """Names of the lists, in order."""
    return tuple(_phrases())


@cache
def _phrases() -> Mapping[str, Phrases]:
    lists = tomllib.loads((files(__package__) / _FILE).read_text("utf-8"))
    return {
        name: Phrases((phrase, Meaning(name, 1.0)) for phrase in phrases)
        for name, phrases in lists.items()
    }
