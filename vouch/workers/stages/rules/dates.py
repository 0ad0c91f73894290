"""Dates and times of day as receipts print them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from vouch.workers.stages.rules.lexicon import fold, lexicon_file
from vouch.workers.stages.rules.rows import Row, Span

Order = Literal["day_first", "month_first", "year_first", "named"]

_D = "[0-9OoIl|]"
_DIGITS = str.maketrans("OoIl|", "00111")
_SEP = r"\s?[/.\-]\s?"
_TIME_NEXT = r"(?=\s?[0-2]?\d[:.h][0-5]\d)"
_YEAR4 = r"(?:19|2[05O])" + _D + "{2}"
_YEAR = rf"(?:{_YEAR4}(?:(?!{_D})|{_TIME_NEXT})|'?{_D}{{2}}(?:(?!{_D})|{_TIME_NEXT}))"
# Tried in this order: one separator throughout; mixed separators; a neighbour's digits run into it.
_NUMERIC = (
    (re.compile(rf"(?<![\w/.,])({_D}{{1,2}})\s?([/.\-])\s?({_D}{{1,2}})\s?\2\s?({_YEAR})"), 1.0),
    (re.compile(rf"(?<![\d/.,])({_D}{{1,2}})([/.\-])({_D}{{1,2}})[/.\-]({_YEAR})"), 0.6),
    (re.compile(r"(\d\d)([/\-])(\d\d)\2(20[0-4]\d)"), 0.5),
)
_YEAR_FIRST = re.compile(
    rf"(?<![\d/.,-])({_YEAR4})({_SEP})({_D}{{1,2}})({_SEP})({_D}{{2}}|{_D}(?!{_D}))"
)
_GLYPHS = re.compile(
    r"(?:(民國|民国|令和|平成|R|H)\s?)?(\d{1,4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?"
)
# "Ju1", "0ec": a digit may stand for a letter, not for all of them.
_NAME = r"([^\W\d_]{3,12}|(?=[0-9]{0,2}[A-Za-z])[A-Za-z0-9]{3})"
_DAY_NAME = re.compile(
    rf"(?:(?<!\d)(?=\d)|(?<!\w))({_D}{{1,2}})(?:st|nd|rd|th|er|º|°|ª)?[\s\-/.,]{{0,3}}(?:de\s)?{_NAME}"
    rf"[\s\-/.,]{{0,3}}(?:de\s|del\s)?({_YEAR})"
)
_NAME_DAY = re.compile(
    rf"(?<![^\W\d_])([^\W\d_]{{3,12}}|[A-Za-z][A-Za-z0-9]{{2}})[\s\-/.,]{{0,3}}({_D}{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:[\s\-/.,]{{1,3}}'?({_YEAR})|'?({_YEAR4})(?!\d)|'(\d\d)(?!\d)|(\d\d){_TIME_NEXT})"
)
_YEAR_NAME = re.compile(
    rf"(?<!\d)({_YEAR4})[\s\-/.]{{1,2}}{_NAME}[\s\-/.]{{1,2}}({_D}{{1,2}})(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)(?:(20\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)(20\d\d))(?!\d)")
_HALF = r"(?:\s?:?\s?([AaPp])\.?\s?[MmHN]\b\.?)?"
_TIME = re.compile(
    r"(?<![\d.,])(?<!\d:)([01]?\d|2[0-4])\s?([:h])\s?([0-5]\d)(?:\s?:\s?([0-5]\d))?(?!\d)" + _HALF
)
_DOTTED_TIME = re.compile(r"(?<![\d.,:/])([01]?\d|2[0-3])\.([0-5]\d)\s?([AaPp])\.?[Mm]\b")
# "25/12/201814:32", "2018-12-2514:32": the space before the hour is lost.
_GLUED_TIME = re.compile(
    r"(?:(?<=\d[/.\-]\d{4})|(?<=\d[/.\-]\d\d))([01]?\d|2[0-3])(:)([0-5]\d)(?::([0-5]\d))?(?!\d)"
    + _HALF
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """One way to read a printed date."""

    span: Span
    value: date
    order: Order
    is_ambiguous: bool
    """Day and month could change places and both be dates."""
    shape: float
    """0 to 1: how much the print looks like a date at all, without its surroundings."""


@dataclass(frozen=True, slots=True)
class TimeReading:
    """A time of day, "HH:MM" or "HH:MM:SS"."""

    span: Span
    value: str


@cache
def months() -> dict[str, int]:
    """Folded month name → its number."""
    listed = lexicon_file("calendar")["months"]
    return {_skeleton(name): int(number) for number, names in listed.items() for name in names}


def _skeleton(name: str) -> str:
    """Folded, with D and O (as in "0ec"), and V and U, taken as one."""
    return fold(name).replace("d", "o").replace("v", "u")


def _number(text: str) -> int:
    return int(text.translate(_DIGITS).strip("' "))


def _full_year(text: str) -> int:
    """Two digits: 1970 to 2069. Buddhist years (25xx) count from 543 BC."""
    year = _number(text)
    if len(text.strip("' ")) == 2:
        return 2000 + year if year < 70 else 1900 + year
    return year - 543 if 2500 <= year < 2600 else year


def _date(year: int, month: int, day: int) -> date | None:
    if not (1970 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_dates(row: Row) -> Iterator[DateReading]:
    """Every date in the row, in all readings; what one notation took the next leaves alone."""
    taken: list[tuple[int, int]] = []
    for notation in (_glyph_dates, _year_first_dates, _named_dates, _numeric_dates, _compact_dates):
        found = [
            reading
            for reading in notation(row)
            if all(reading.span.end <= start or end <= reading.span.start for start, end in taken)
        ]
        taken += [(reading.span.start, reading.span.end) for reading in found]
        yield from found


def _numeric_dates(row: Row) -> Iterator[DateReading]:
    for pattern, shape in _NUMERIC:
        found = [
            reading
            for match in pattern.finditer(row.text)
            for reading in _numeric(row, match, shape)
        ]
        if found:
            yield from found
            return


def _numeric(row: Row, match: re.Match[str], shape: float) -> Iterator[DateReading]:
    """Day first, month first, and, with two digits all round, year first."""
    first, second, year = _number(match[1]), _number(match[3]), match[4]
    span = Span(row, match.start(), match.end())
    is_short = len(year.strip("' ")) == 2
    if is_short:
        # "1.02.18" may as well be a version.
        shape -= 0.3 if match[2] == "." else 0.1
    readings: tuple[tuple[Order, date | None], ...] = (
        ("day_first", _date(_full_year(year), second, first)),
        ("month_first", _date(_full_year(year), first, second)),
    )
    valid = [(order, value) for order, value in readings if value]
    is_ambiguous = len(valid) == 2 and first != second
    for order, value in valid[: 2 if is_ambiguous else 1]:
        yield DateReading(span, value, order, is_ambiguous, shape)
    turned = _date(2000 + first, second, _number(year)) if is_short and first > 9 else None
    if turned:
        yield DateReading(span, turned, "year_first", True, shape - 0.3)


def _year_first_dates(row: Row) -> Iterator[DateReading]:
    for match in _YEAR_FIRST.finditer(row.text):
        value = _date(_full_year(match[1]), _number(match[3]), _number(match[5]))
        if value:
            yield DateReading(
                Span(row, match.start(), match.end()), value, "year_first", False, 1.0
            )


_ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "R": 2018, "平成": 1988, "H": 1988}


def _glyph_dates(row: Row) -> Iterator[DateReading]:
    for match in _GLYPHS.finditer(row.text):
        year = int(match[2]) + _ERAS.get(match[1] or "", 0)
        if match[1] is None and len(match[2]) < 4:
            year = _full_year(match[2]) if len(match[2]) == 2 else int(match[2]) + 1911
        value = _date(year, int(match[3]), int(match[4]))
        if value:
            yield DateReading(
                Span(row, match.start(), match.end()), value, "year_first", False, 1.0
            )


def _named_dates(row: Row) -> Iterator[DateReading]:
    taken = 0
    for pattern, day, name, years in (
        (_DAY_NAME, 1, 2, 3),
        (_NAME_DAY, 2, 1, 3),
        (_YEAR_NAME, 3, 2, 1),
    ):
        for match in pattern.finditer(row.text):
            month = months().get(_skeleton(match[name]))
            groups = match.groups()[years - 1 :] if pattern is _NAME_DAY else (match[years],)
            year = next(group for group in groups if group)
            value = _date(_full_year(year), month, _number(match[day])) if month else None
            # "24 Mar 18 09:58": once read from the day on, not again from the month on.
            if value and match.start() >= taken:
                taken = match.end()
                yield DateReading(Span(row, match.start(), match.end()), value, "named", False, 1.0)


def _compact_dates(row: Row) -> Iterator[DateReading]:
    for match in _COMPACT.finditer(row.text):
        groups = [int(group) for group in match.groups() if group]
        year, month, day = groups if match[1] else (groups[2], groups[1], groups[0])
        value = _date(year, month, day)
        if value:
            order: Order = "year_first" if match[1] else "day_first"
            yield DateReading(Span(row, match.start(), match.end()), value, order, False, 0.5)


def read_times(row: Row) -> Iterator[TimeReading]:
    """Every time of day in the row, on the 24-hour clock."""
    for pattern in (_TIME, _GLUED_TIME, _DOTTED_TIME):
        for match in pattern.finditer(row.text):
            value = _time(*_time_parts(pattern, match))
            if value:
                yield TimeReading(Span(row, match.start(), match.end()), value)


def _time_parts(
    pattern: re.Pattern[str], match: re.Match[str]
) -> tuple[int, str, str | None, str | None]:
    if pattern is _DOTTED_TIME:
        return int(match[1]), match[2], None, match[3]
    return int(match[1]), match[3], match[4], match[5]


def _time(hour: int, minute: str, second: str | None, half: str | None) -> str | None:
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in "pP" else 0)
    if hour > 23:
        return None
    return f"{hour:02d}:{minute}" + (f":{second}" if second else "")
