"""The words that screens use when something went wrong, found through case, accents and OCR."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vouch.workers.stages.rules.lexicon import fold

_LONG = 7
"""Folded phrases from here on are found inside of words: OCR loses spaces."""
_MIDDLING = 5
"""From here on a word may go on behind them: "error", "errors"."""
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a kind in a text: characters [start, end)."""

    kind: str
    folded: str
    start: int
    end: int


@cache
def lexicon() -> Mapping[str, Any]:
    """lexicon.toml beside this module."""
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))


class Phrasebook:
    """Phrases by kind, to be looked up in any text."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._kinds = {fold(phrase): kind for kind, listed in phrases.items() for phrase in listed}
        longest_first = sorted(self._kinds, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def find(self, text: str) -> tuple[Hit, ...]:
        """Phrases from left to right, the longest where several begin, none overlapping."""
        letters, places = _squeezed(text)
        hits, at = [], 0
        while match := self._pattern.search(letters, at):
            start, end = places[match.start()], places[match.end() - 1] + 1
            if _stands_alone(text, start, end, match[0]):
                hits.append(Hit(self._kinds[match[0]], match[0], start, end))
                at = match.end()
            else:
                at = match.start() + 1
        return tuple(hits)

    def kinds(self, text: str) -> tuple[str, ...]:
        """The kind of the phrase that the whole text is; none where it is no phrase."""
        kind = self._kinds.get(fold(text))
        return () if kind is None else (kind,)

    def is_one(self, text: str) -> bool:
        """Whether the whole text is one phrase."""
        return fold(text) in self._kinds

    def leads(self, text: str) -> bool:
        """Whether the text begins with a phrase."""
        return any(hit.start <= 2 for hit in self.find(text)[:1])


@cache
def phrasebook(*path: str) -> Phrasebook:
    """The phrasebook at a table of the lexicon: its lists by name, or one list."""
    entry: Any = lexicon()
    for step in path:
        entry = entry[step]
    return Phrasebook(entry if isinstance(entry, Mapping) else {path[-1]: entry})


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Folded letters, and where in the text each of them stands."""
    letters, places = [], []
    for index, character in enumerate(text):
        for letter in fold(character):
            letters.append(letter)
            places.append(index)
    return "".join(letters), places


def _stands_alone(text: str, start: int, end: int, folded: str) -> bool:
    """Short phrases must be words of their own, or they are found in every other word."""
    if len(folded) >= _LONG or _WIDE.search(folded):
        return True
    if start and text[start - 1].isalnum() and not _is_hump(text, start):
        return False
    return len(folded) >= _MIDDLING or end == len(text) or not text[end].isalnum()


def _is_hump(text: str, at: int) -> bool:
    """A capital inside a word: "FileNotFound"."""
    return text[at - 1].islower() and text[at].isupper()
