"""How much a printed label is what a caller calls it, 0 to 1; OCR's scars count little."""

import re
from functools import lru_cache

from rapidfuzz import fuzz

from vouch.workers.stages.readers.location.phrase import phrase_words
from vouch.workers.stages.rules.lexicon import fold

_SHORT = 3
"""Letters up to which a word must be printed as it is called: every other is too like it."""
_LEAST = 0.6
"""Below this ratio two words are simply different ones."""


@lru_cache(maxsize=8192)
def likeness(wanted: str, printed: str) -> float:
    """1 for the same words, less for misread ones, still less where one is a part of the other."""
    left, right = fold(wanted), fold(printed)
    if not left or not right:
        return float(wanted.strip() == printed.strip() and bool(wanted.strip()))
    if left == right:
        return 1.0
    alike = fuzz.ratio(left, right) / 100.0
    is_short = min(len(left), len(right)) <= _SHORT
    if is_short or alike < _LEAST or _numbers(wanted) != _numbers(printed):
        alike = 0.0
    return max(alike**2, _part(wanted, printed))


def _part(wanted: str, printed: str) -> float:
    """Where all words of one are among those of the other: the more is left over, the less."""
    few, many = _words(wanted), _words(printed)
    if few and few < many:
        return 0.55 + 0.35 * _letters(few) / _letters(many)
    if many and many < few:  # more was asked for than is printed
        return 0.5 * _letters(many) / _letters(few)
    return 0.0


def _numbers(text: str) -> list[str]:
    """ "Room 1" is not a misread "Room 2"."""
    return re.findall(r"\d+", text)


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, (fold(word.text) for word in phrase_words(text))))


def _letters(words: frozenset[str]) -> int:
    return sum(map(len, words))
