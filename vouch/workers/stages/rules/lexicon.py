"""Lexicon phrases in printed rows, through case, accents and OCR's scars."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_ATOM = re.compile(r"\d+|[^\W\d_][^\W\d_]*")
_CASE_CHANGE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Letters without a decomposition, and what OCR takes for one another.
_LOOK_ALIKES = str.maketrans(
    dict(zip("01i58ıłøđ", "ollsbllod", strict=True)) | {"æ": "ae", "œ": "oe"}
)
_LONGEST = 8
"""Atoms in the longest phrase that is looked for."""
_FUZZY_FROM = 6
"""Shorter phrases must be printed without a missing, extra or wrong letter."""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Letters and digits only, without case, accents and the differences that OCR gets wrong."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in bare if char.isalnum()).translate(_LOOK_ALIKES)


@cache
def lexicon_file(name: str) -> Mapping[str, Any]:
    """The words of <name>.toml beside this module, as they stand there."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for, and how surely (0 to 1)."""

    kind: str
    strength: float


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text: characters [start, end)."""

    kind: str
    strength: float
    start: int
    end: int


class Phrases:
    """A set of phrases with meanings that can be looked up in any text."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]]) -> None:
        self._exact: dict[str, Meaning] = {}
        for phrase, meaning in entries:
            self._exact.setdefault(fold(phrase), meaning)
        self._near: dict[str, Meaning] = {}
        for folded, meaning in self._exact.items():
            if len(folded) >= _FUZZY_FROM:
                for shorter in _with_one_letter_less(folded):
                    self._near.setdefault(shorter, meaning)
        self._longest = max(map(len, self._exact), default=0) + 1
        # Receipts repeat their words, and several readers ask about the same row.
        self._near_meaning = lru_cache(maxsize=4096)(self._nearest)

    def _nearest(self, folded: str) -> Meaning | None:
        """Of a folded phrase with one letter missing, extra or wrong."""
        if len(folded) < _FUZZY_FROM - 1 or folded.isdigit():
            return None
        near = self._near.get(folded)
        for shorter in _with_one_letter_less(folded):
            if near or len(folded) < _FUZZY_FROM:
                break
            near = self._near.get(shorter)
            if len(shorter) >= _FUZZY_FROM:
                near = near or self._exact.get(shorter)
        return Meaning(near.kind, near.strength * 0.85) if near else None

    def find(self, text: str) -> Iterator[Found]:
        """Phrases from left to right, the longest where several begin, none overlapping."""
        atoms = _atoms(text)
        index = 0
        while index < len(atoms):
            found, used = self._longest_at(atoms, index)
            if found:
                yield found
            index += used

    def _longest_at(
        self, atoms: Sequence[tuple[str, int, int]], index: int
    ) -> tuple[Found | None, int]:
        exact, near, joined = None, None, ""
        for count, (folded, _, end) in enumerate(atoms[index : index + _LONGEST], start=1):
            joined += folded
            if len(joined) > self._longest:
                break
            if meaning := self._exact.get(joined):
                exact = (meaning, end, count)
            elif not exact and (meaning := self._near_meaning(joined)):
                near = (meaning, end, count)
        if not (best := exact or near):
            return None, 1
        meaning, end, used = best
        return Found(meaning.kind, meaning.strength, atoms[index][1], end), used


def _with_one_letter_less(folded: str) -> Iterator[str]:
    return (folded[:i] + folded[i + 1 :] for i in range(len(folded)))


@lru_cache(maxsize=1024)
def _atoms(text: str) -> tuple[tuple[str, int, int], ...]:
    """Folded words, where they stand: cut at digits and inner capitals, wide script by letter."""
    atoms = []
    for match in _ATOM.finditer(text):
        word = match[0]
        cuts = [cut.start() for cut in _CASE_CHANGE.finditer(word)]
        if _WIDE.search(word):
            cuts = list(range(1, len(word)))
        for start, end in zip([0, *cuts], [*cuts, len(word)], strict=True):
            atoms.append((fold(word[start:end]), match.start() + start, match.start() + end))
    return tuple(atom for atom in atoms if atom[0])
