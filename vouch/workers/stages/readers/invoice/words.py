"""The words of invoices, by what they say about the value beside them."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from vouch.workers.stages.rules.lexicon import Found, Meaning, Phrases

_WORD = re.compile(r"[^\W\d_]{6,}")


@cache
def lexicon() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def phrases(part: str) -> Phrases:
    """All kinds of one part of the lexicon: "heads", "money", "columns" or "parties"."""
    kinds = lexicon()[part]
    return Phrases((word, Meaning(kind, 1.0)) for kind, words in kinds.items() for word in words)


def heads(text: str) -> tuple[Found, ...]:
    """What speaks of numbers and dates, in order. "Mietrechnung" is an invoice as well."""
    found = [one for one in phrases("heads").find(text) if one.kind != "carries"]
    endings = tuple(lexicon()["heads"]["carries"])
    for match in _WORD.finditer(text):
        taken = any(one.start < match.end() and match.start() < one.end for one in found)
        if not taken and match[0].casefold().endswith(endings):
            found.append(Found("invoice", 0.9, match.start(), match.end()))
    return tuple(sorted(found, key=lambda one: one.start))


def money(text: str) -> tuple[Found, ...]:
    """What speaks of sums, in order."""
    return tuple(phrases("money").find(text))


def opens_with(part: str, text: str) -> Found | None:
    """The phrase that a text begins with, past signs."""
    found = next(iter(phrases(part).find(text)), None)
    return found if found and not any(map(str.isalnum, text[: found.start])) else None
