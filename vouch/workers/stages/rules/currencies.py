"""Currencies: their printed marks, and the words of a page that speak for one of them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def currencies() -> Mapping[str, Mapping[str, Any]]:
    """ISO 4217 code → its entry in currency.toml."""
    return tomllib.loads(Path(__file__).with_name("currency.toml").read_text("utf-8"))


@cache
def marks() -> Mapping[str, tuple[str, ...]]:
    """Printed mark → the currencies it can mean, most likely first."""
    found: dict[str, tuple[str, ...]] = {}
    for code, entry in currencies().items():
        for mark in (*entry["unique"], *entry.get("shared", ())):
            if code not in found.get(mark, ()):
                found[mark] = (*found.get(mark, ()), code)
    return found


@cache
def mark_pattern(*, behind: bool = False) -> str:
    """A regular expression for any mark before an amount, or behind it.

    Marks of letters stand alone, capitals may touch a word ("TotalRM12.00"). A single letter
    is a mark only where it touches the digits from the left ("R12.00"): elsewhere it is a tax flag.
    """
    longest_first = sorted(marks(), key=len, reverse=True)
    singles = {
        mark for mark in longest_first if len(mark) == 1 and mark.isascii() and mark.isalpha()
    }
    patterns = [_guarded(mark) for mark in longest_first if mark not in singles]
    touching = [] if behind else [rf"(?<!\w){mark}(?=\d)" for mark in singles]
    return "|".join(patterns + touching)


def _guarded(mark: str) -> str:
    escaped = re.escape(mark)
    if not mark[0].isalpha() or mark[0] > "\u02ff":
        return escaped
    # "TotalRM12.00" has lost its space; "kr", "R" and the like would match inside words.
    before = r"(?<![A-Z])" if mark.isupper() and len(mark) > 1 else r"(?<![^\W\d_])"
    return before + escaped + r"(?![^\W\d_OoQDlI])"


def clue_words() -> Iterator[tuple[str, str]]:
    """(word, currency) for every clue."""
    for code, entry in currencies().items():
        yield from ((clue, code) for clue in entry.get("clues", ()))
