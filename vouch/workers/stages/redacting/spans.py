"""Stretches of a text that must not be shown, and how far they go on."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import log2

from vouch.schemas.redaction import Cause, SecretKind

SIGNS = r"A-Za-z0-9+/=_\-.~|%"
_CHUNK = re.compile(rf"[ \n]?([{SIGNS}]+)")
_LONG, _FULL = 0.8, 0.97
"""Of a page's longest line: a line of such a length may, or does, go on below. Where two lines are
full, it is a window that cuts them."""
_DATE_OR_NUMBER = re.compile(r"[\d.,:/+\-TZ ]+%?")
_PATH = re.compile(r"^\w+://|^[A-Za-z]:[\\/]|[a-z]{3,}/[a-z]{3,}/|^/[a-z]{2,}/")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a text, and what they are."""

    kind: SecretKind
    start: int
    end: int
    why: Cause

    def moved(self, by: int) -> "Span":
        return replace(self, start=self.start + by, end=self.end + by)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, none overlapping: where two do, one takes the room of both."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if apart and span.start < apart[-1].end:
            apart[-1] = replace(apart[-1], end=max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return tuple(apart)


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with `[kind]` for each span."""
    parts, end = [], 0
    for span in joined(spans):
        parts += [text[end : span.start], f"[{span.kind}]"]
        end = span.end
    return "".join((*parts, text[end:]))


def is_random(text: str) -> bool:
    """Whether nobody would have thought it up: letters and digits mixed, hardly any twice."""
    core = text.strip(".,;:()[]\"'")
    if len(core) < 8 or _DATE_OR_NUMBER.fullmatch(core) or _PATH.search(core):
        return False
    is_mixed = _has_both(core) or (len(core) >= 16 and bool(re.search("[a-z][A-Z]", core)))
    return is_mixed and entropy(core) >= 2.5


def entropy(text: str) -> float:
    """Bits a character, by how often each occurs."""
    counts = Counter(text).values()
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def goes_on(text: str, start: int, least: int, *, more: bool) -> int:
    """Where a secret ends that began before `start` and has about `least` characters from there.

    Spaces and line ends within are OCR's or the window's. With `more` it goes on for as long as
    what follows looks like a part of it.
    """
    end, count = start, 0
    for chunk in _chunks(text, start):
        is_short = count < least - 2 or (count < least and count + len(chunk[1]) <= least)
        if not (_fits(text, chunk) if is_short else more and _is_a_part(text, chunk)):
            break
        count += len(chunk[1])
        end = chunk.end()
    while end > start and text[end - 1] in ".,":
        end -= 1
    return end


def _chunks(text: str, start: int) -> Iterator[re.Match[str]]:
    while (chunk := _CHUNK.match(text, start)) is not None:
        yield chunk
        start = chunk.end()


def _fits(text: str, chunk: re.Match[str]) -> bool:
    """Whether a piece may belong to a secret that lacks some: no word, and no line by itself."""
    match text[chunk.start()]:
        case " ":
            return not _is_word(chunk[1])
        case "\n":
            return _length_before(text, chunk) >= _LONG * _longest(text) and not _is_figures(chunk)
    return True


def _is_a_part(text: str, chunk: re.Match[str]) -> bool:
    """Whether a further piece belongs to a secret: below it, or after a space that OCR put in."""
    piece, joint = chunk[1], text[chunk.start()]
    if joint not in " \n":
        return True
    is_mixed = _has_both(piece) or bool(re.search("[a-z][A-Z]", piece))
    if joint == " ":
        return is_mixed and len(piece) >= 4 and not _DATE_OR_NUMBER.fullmatch(piece)
    if is_mixed:
        return _length_before(text, chunk) >= _LONG * _longest(text)
    full = _FULL * _longest(text)
    are_cut = sum(len(line) >= full for line in text.split("\n")) > 1
    return are_cut and _length_before(text, chunk) >= full and not _is_figures(chunk)


def _length_before(text: str, chunk: re.Match[str]) -> int:
    """Of the line above a piece that begins one."""
    return chunk.start() - (text.rfind("\n", 0, chunk.start()) + 1)


def _longest(text: str) -> int:
    return max(len(line) for line in text.split("\n"))


def _is_figures(chunk: re.Match[str]) -> bool:
    """A date, a time, an amount."""
    return bool(re.search("[-:.,/]", chunk[1]) and _DATE_OR_NUMBER.fullmatch(chunk[1]))


def _is_word(piece: str) -> bool:
    return len(piece) > 2 and piece.isalpha() and (piece.islower() or piece.istitle())


def _has_both(text: str) -> bool:
    return any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
