"""Amounts of money in every common notation, through OCR's scars, by the page's own habit."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vouch.workers.stages.rules.currencies import mark_pattern
from vouch.workers.stages.rules.rows import Row, Span

Separator = Literal[".", ","]

_DIGIT = "[0-9OoQDClI|]"
_REPAIR = str.maketrans("OoQDClI|", "00000111")
# Bounded repeats everywhere: a row of any length is scanned in linear time.
_GRAMMAR = rf"""
    (?P<open>\()?
    (?P<minus>-\s?)?
    (?:(?P<mark>{mark_pattern()})\s{{0,3}}[:=]?\s?)?
    (?P<inner>-\s?)?
    (?(mark)|(?:(?=[0-9.,])|(?<![^\W\d_])))
    (?P<body>
        {_DIGIT}{{1,3}}(?:(?P<group><groups>){_DIGIT}{{3}})(?:(?P=group){_DIGIT}{{3}}){{0,3}}
            (?:\s?(?:\.\s?|,){_DIGIT}{{2}}(?![0-9])|[.,]-)?(?![0-9])
      | {_DIGIT}{{1,8}}\s?(?:\.\s?|,){_DIGIT}{{1,3}}(?![0-9])
      | {_DIGIT}{{1,8}}\s?[.,]\s?(?:-{{1,2}}|=)(?![0-9])
      | (?<![0-9A-Za-z])[.,]{_DIGIT}{{2}}(?![0-9])
      | (?P<split>[0-9]{{1,6}}[\ :-][0-9]{{2}}(?=\s*$))
      | [0-9]{{1,9}}(?![0-9])
    )
    (?P<after>\s?-(?!\s?[0-9A-Za-z])|\s?CR\b)?
    (?P<close>\))?
    (?:\s?(?P<behind>{mark_pattern(behind=True)})(?![A-Za-z0-9]|\s?[0-9]))?
    """
_NUMBER = re.compile(_GRAMMAR.replace("<groups>", r"[,.'\ ]"), re.VERBOSE)
_UNSPACED = re.compile(_GRAMMAR.replace("<groups>", "[,.']"), re.VERBOSE)
_UNIT = re.compile(
    r"\s?(?:%|kgs?\b|gr?\b|mg\b|m[lt]\b|lt?r?s?\b|cl\b|oz\b|lbs?\b|km\b|cm\b|mm\b|pcs?\b|hrs?\b"
    r"|mins?\b|inch\b|ct\b|pk\b|pack\b|gal\b|[xX*@]\s?[\d$€£(]|[xX]\b)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[A-Za-z0-9_/#:.,°-]")


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number before the page's habit decides what its separators mean."""

    row: Row
    start: int
    end: int
    body: str
    """Digits and separators, scars repaired, spaces kept between groups only."""
    negative: bool
    mark: str | None
    """Currency mark beside it, as printed."""
    scarred: bool
    """Some digit was printed or read as a letter, or a space stood at the decimal point."""
    is_quantity: bool
    """Has a unit, a percent sign or a times sign."""

    @property
    def tail(self) -> str:
        """What stands behind the last separator; the empty string without one."""
        return re.split(r"[.,' ]", self.body)[-1] if re.search(r"[.,' ]", self.body) else ""


@dataclass(frozen=True, slots=True)
class Habit:
    """How this document writes money."""

    decimal: Separator
    places: int
    """Decimals that its amounts have: 0, 2 or 3."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money, or a bare number that could be."""

    span: Span
    text: str
    """A decimal string with the decimals that are printed: "1234.50"."""
    mark: str | None
    is_bare: bool
    """Nothing but digits: no decimals, no currency, though the document's amounts have them."""
    is_firm: bool
    """Decimals, groups or a currency say that it is money."""
    is_scarred: bool

    @property
    def value(self) -> Decimal:
        return Decimal(self.text)

    @property
    def row(self) -> Row:
        return self.span.row

    @property
    def figures(self) -> Span:
        """Where the number is printed without the currency beside it: what evidence points at."""
        if self.mark is None:
            return self.span
        text, start, end = self.row.text, self.span.start, self.span.end
        mark = text.find(self.mark, start, end)
        match text[start:mark].strip():
            case "":
                after = mark + len(self.mark)
                digits = text[after:end].lstrip(" :=")
                return Span(self.row, end - len(digits), end)
            case "-" | "(":
                return self.span
        return Span(self.row, start, mark)


def spot_numbers(row: Row, masked: Iterable[tuple[int, int]] = ()) -> tuple[Number, ...]:
    """All numbers of a row that stand free, outside the `masked` stretches (dates, times)."""
    text = row.text
    for start, end in masked:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    numbers = (_number(row, text, match) for match in _matches(row, text))
    return tuple(number for number in numbers if number)


def _matches(row: Row, text: str) -> Iterator[re.Match[str]]:
    position = 0
    while match := _NUMBER.search(text, position):
        if match["group"] == " " and not _is_one_number(row, match):
            match = _UNSPACED.search(text, match.start()) or match
        yield match
        position = match.end()


def _number(row: Row, text: str, match: re.Match[str]) -> Number | None:
    body = match["body"]
    repaired = body.translate(_REPAIR)
    if not re.search(r"[0-9]", body) or not _stands_free(text, match):
        return None
    if match["mark"] and len(match["mark"]) == 1 and match["mark"].isalpha() and body.isdigit():
        return None  # "R00123" is no rand
    if match["split"]:
        if not _ends_a_label(text, match):
            return None
        repaired = f"{body[:-3]}.{body[-2:]}"
    begin = match.start("mark") if match["mark"] else match.start("body")
    tight = re.sub(r"\s?([.,])\s?", r"\1", repaired)
    return Number(
        row=row,
        start=match.start() + (1 if match["open"] and not match["close"] else 0),
        end=match.end(),
        body=tight,
        negative=bool(
            match["minus"] or match["inner"] or match["after"] or (match["open"] and match["close"])
        ),
        mark=match["mark"] or match["behind"],
        scarred=tight != body,
        is_quantity=bool(_UNIT.match(text, match.end("body"))) or text[:begin].endswith("%"),
    )


def _stands_free(text: str, match: re.Match[str]) -> bool:
    """Whether the number is no part of a word, a code, a date or a telephone number."""
    start = match.start("mark") if match["mark"] else match.start("body")
    if match["minus"] and start > match.start():
        start = match.start("minus")
    before = text[start - 1 : start] if start else ""
    if match["mark"]:
        glued = before.isdigit() and not match["mark"][0].isalpha() and match["minus"]
        return not glued
    if before and (_JOINED.match(before) and before != ":"):
        return False
    after = text[match.end() : match.end() + 2]
    if not after or after[0] in " ,.;:)*\x00":
        return not re.match(r"[.,:]\d", after)
    has_decimals = re.search(r"[.,]\s?\S{2,3}$", match["body"])
    # "29.98A", "9.00SR": a tax flag may touch a price, nothing may touch a bare number.
    return (bool(has_decimals) and not re.match(r"[-/:#]\w", after)) or after[0] in "%€£$"


def _is_one_number(row: Row, match: re.Match[str]) -> bool:
    """Groups are spaced ("1 234,50") where the comma is decimal, and OCR reads them in one run.

    "1 160.00" is a quantity and a price, "001 001" a code.
    """
    body = match["body"]
    runs = {word.run for word in row.words_in(match.start("body"), match.end("body"))}
    says_money = match["mark"] or "," in body
    return bool(says_money and "." not in body and body[0] != "0" and len(runs) <= 1)


def _ends_a_label(text: str, match: re.Match[str]) -> bool:
    """ "TOTAL RM 64 13" lost its point: believed where the row has words and no other number."""
    before = text[: match.start()]
    has_words = any(char.isalpha() for char in before)
    return bool(match["mark"]) or (has_words and not any(char.isdigit() for char in before))


def learn_habit(numbers: Sequence[Number], places: int | None = None) -> Habit:
    """What most numbers of the document do. `places`: decimals of its currency, where known."""
    twos = Counter(_last_separator(number) for number in numbers if len(number.tail) == 2)
    threes = [number for number in numbers if len(number.tail) == 3 and _last_separator(number)]
    small = sum(number.body.startswith("0") for number in threes)
    likely = Counter(map(_last_separator, threes))
    if threes and (places == 3 or small > twos.total() / 2):
        return Habit("," if likely[","] > likely["."] else ".", 3)
    if not twos.total():
        return Habit("." if likely[","] >= likely["."] else ",", 0 if threes or places == 0 else 2)
    return Habit("," if twos[","] > twos["."] else ".", 2)


def _last_separator(number: Number) -> str | None:
    """The point or comma that stands last; None without one."""
    return next((char for char in reversed(number.body) if char in ".,"), None)


def read_amount(number: Number, habit: Habit) -> Amount | None:
    """What a number means under the document's habit; None for quantities and long codes."""
    text = _decimal_text(number.body, habit)
    whole = text.split(".")[0]
    if number.is_quantity or len(whole) > 9:
        return None
    is_firm = bool(number.mark or re.search(r"[.,' ]", number.body))
    # Without decimals a group or a mark tells money from counts, except for short numbers.
    is_bare = not is_firm and (habit.places > 0 or not 2 <= len(whole) <= 4)
    if not is_firm and (len(whole) > 6 or (len(whole) > 1 and whole[0] == "0")):
        return None
    return Amount(
        span=Span(number.row, number.start, number.end),
        text=f"-{text}" if number.negative and Decimal(text) else text,
        mark=number.mark,
        is_bare=is_bare,
        is_firm=is_firm,
        is_scarred=number.scarred,
    )


def _decimal_text(body: str, habit: Habit) -> str:
    """Digits with a point for the decimals and nothing between the groups."""
    body = re.sub(r"[.,](?:--?|=)$", "", body)
    parts = re.split(r"[.,' ]", body)
    separators = re.findall(r"[.,' ]", body)
    if not separators:
        return _trim(body)
    if _ends_in_decimals(parts, separators, habit):
        return f"{_trim(''.join(parts[:-1]))}.{parts[-1]}"
    return _trim("".join(parts))


def _ends_in_decimals(parts: Sequence[str], separators: Sequence[str], habit: Habit) -> bool:
    last = separators[-1]
    if last in "' ":
        return False
    if len(parts[-1]) != 3:
        return True
    if len(separators) > 1:
        return last != separators[0] and habit.places == 3
    return (
        parts[0] in {"", "0"} or habit.places == 3 or (habit.places == 2 and last == habit.decimal)
    )


def _trim(digits: str) -> str:
    return digits.lstrip("0") or "0"
