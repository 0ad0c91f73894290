"""Error codes: what a support desk would search for. Ids of one occurrence are none."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vouch.workers.stages.readers.error_screenshot.phrases import phrasebook

_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d\d")
_DIGITS = str.maketrans("OoIl", "0011")


@dataclass(frozen=True, slots=True)
class Code:
    """A code in a text: characters [start, end)."""

    printed: str
    start: int
    end: int
    strength: float
    """How surely it is one, 0 to 1."""
    lead: int
    """Where the words begin that announce it: "error code 5"."""

    @property
    def value(self) -> str:
        """As printed, without spaces; behind "0x", letters that OCR took digits for are mended."""
        is_hexadecimal = re.match(r"[0Oo][xX×]", self.printed) is not None
        if is_hexadecimal:
            return "0x" + self.printed[2:].translate(_DIGITS)
        return self.printed.replace(" ", "")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], float], ...]:
    """Those of codes.toml beside this module."""
    listed = tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))
    lists = {name: f"(?:{'|'.join(listed[name])})" for name in ("words", "code", "labels")}
    return tuple(
        (re.compile(_spelt(entry["form"], lists)), entry["strength"]) for entry in listed["pattern"]
    )


def _spelt(form: str, lists: dict[str, str]) -> str:
    for name, alternatives in lists.items():
        form = form.replace(f"{{{name}}}", alternatives)
    return form


def codes_in(text: str) -> tuple[Code, ...]:
    """The codes of a text, the surest first, then as they are printed."""
    found: list[Code] = []
    for pattern, strength in _patterns():
        for match in pattern.finditer(text):
            code = _code(match, strength)
            if code and not any(one.start < code.end and code.start < one.end for one in found):
                found.append(code)
    return tuple(sorted(found, key=lambda code: (-code.strength, code.start)))


def _code(match: re.Match[str], strength: float) -> Code | None:
    printed = match[1].rstrip(".-_")
    if not printed or _DATE.fullmatch(printed):
        return None
    return Code(printed, match.start(1), match.start(1) + len(printed), strength, match.start())


def without_codes(text: str) -> str:
    """A text without its codes and the words that announce them."""
    for code in sorted(codes_in(text), key=lambda code: -code.start):
        text = text[: code.lead] + text[code.end :]
    return text


def is_detail(text: str) -> bool:
    """Whether a line tells what only this occurrence has: a correlation id, a time stamp."""
    return phrasebook("details", "leads").leads(text)
