"""The words beside secrets and the forms of secrets, as patterns that OCR's scars do not stop."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_LOOK_ALIKES = {
    "_": "[_.\\- ]?",
    "-": "[-_.~ ]?",
    ".": "[., ]?",
    "I": "[Il1|]",
    "l": "[l1I|]",
    "1": "[1lI|]",
    "0": "[0OoQ]",
    "o": "[o0O]",
    "s": "[sS5]",
    "S": "[S5s]",
    "G": "[G6]",
    "5": "[5S]",
    "2": "[2Z]",
    "z": "[zZ2]",
    "g": "[g9q]",
    "J": "[JjI]",
    "K": "[Kk]",
    "k": "[kK]",
    "x": "[xX]",
    "p": "[pP]",
    "v": "[vV]",
}
"""What else may have been read for a character; a mark between two may have been lost."""


_LEAST_LETTERS = 3
_IN_WORDS = {" ": "[ _-]?", "-": "[ _-]?", "o": "[o0]", "i": "[i1l|]", "l": "[l1i|]", "s": "[s5]"}


@cache
def words(kind: str) -> Mapping[str, Any]:
    """The part of words.toml on one kind."""
    text = Path(__file__).with_name("words.toml").read_text("utf-8")
    return dict(tomllib.loads(text)[kind])


def alike(printed: str) -> str:
    """A pattern of a text and of what OCR may make of it; a short one must stand there."""
    if sum(char.isalnum() for char in printed) < _LEAST_LETTERS:
        return re.escape(printed)
    return "".join(_LOOK_ALIKES.get(char, re.escape(char)) for char in printed)


def any_of(phrases: Iterable[str]) -> str:
    """A pattern of phrases, the longest first, however their words are joined: api_key, apiKey."""
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join("".join(map(_loosely, phrase)) for phrase in ordered)


def _loosely(char: str) -> str:
    """Of words, whatever their case; by OCR's hand PASSWORD is PASSW0RD."""
    return _IN_WORDS.get(char, re.escape(char))


@cache
def label_before(kind: str) -> re.Pattern[str]:
    """A label of the kind at the end of a text that stands before a value."""
    return re.compile(rf"(?i)(?<![^\W\d_])(?:{any_of(words(kind)['labels'])})(?:[\s.:=#]|no|nr)*$")
