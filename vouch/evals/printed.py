"""Every plausible reading of a printed date, time or amount: for labels that hold printed forms."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART = re.compile(rf"\d+|(?:{'|'.join(_MONTHS)})[a-z]*", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2})\D(\d{2})(?:\D(\d{2}))?\W*([ap])?", re.IGNORECASE)
_AMOUNT = re.compile(r"\d+(?:[.,' ]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
ANY_YEAR = "-"
"""Stands for the year of a date that was printed without one: "--04-11"."""


def date_readings(printed: str) -> frozenset[str]:
    """ISO dates that the printed form can mean: day/month either way, a short year in any century.

    A form without a year gives "--04-11". An ISO date means itself only.
    """
    if _ISO.fullmatch(printed):
        return frozenset({printed})
    parts = _PART.findall(printed)
    windows = zip(parts, parts[1:], parts[2:], strict=False)
    readings = {reading for window in windows for reading in _with_year(*window)}
    if len(parts) == 2:
        readings |= {reading for one, two in pairwise(parts) for reading in _without_year(one, two)}
    return frozenset(readings)


def same_date(printed: str, iso: str) -> bool:
    """Whether `iso` is one of the readings of `printed`."""
    readings = date_readings(printed)
    return iso in readings or ANY_YEAR + iso[4:] in readings


def _with_year(one: str, two: str, three: str) -> Iterator[str]:
    orders = [(three, two, one), (three, one, two), (one, two, three)]
    if two[0].isalpha() or one[0].isalpha():
        orders.append((two if one[0].isalpha() else one, one, three))
    for year, month, day in orders:
        for full in _years(year):
            if iso := _iso(full, _month(month), day):
                yield iso


def _without_year(one: str, two: str) -> Iterator[str]:
    # 2000 was a leap year: 29 February is a date.
    for month, day in ((one, two), (two, one)):
        if iso := _iso(2000, _month(month), day):
            yield ANY_YEAR + iso[4:]


def _years(part: str) -> tuple[int, ...]:
    if not part.isdigit() or len(part) not in (2, 4):
        return ()
    return (int(part),) if len(part) == 4 else (1900 + int(part), 2000 + int(part))


def _month(part: str) -> int:
    """0 where it is none."""
    if part.isdigit():
        return int(part) if len(part) <= 2 else 0
    return _MONTHS.index(part[:3].lower()) + 1


def _iso(year: int, month: int, day: str) -> str | None:
    if not day.isdigit() or len(day) > 2:
        return None
    try:
        return date(year, month, int(day)).isoformat()
    except ValueError:
        return None


def time_readings(printed: str) -> frozenset[str]:
    """ISO times that the printed form can mean, with seconds only where they are printed."""
    found = _TIME.search(printed)
    if found is None:
        return frozenset()
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    rest = [part for part in found.group(2, 3) if part is not None]
    return frozenset({":".join([f"{hour:02d}", *rest])})


def same_time(printed: str, iso: str) -> bool:
    """Whether `iso` is a reading of `printed`; seconds of 00 may be written or not."""
    return any(_seconds(iso) == _seconds(reading) for reading in time_readings(printed))


def _seconds(iso: str) -> str:
    return iso if iso.count(":") == 2 else f"{iso}:00"


def amount_readings(printed: str) -> frozenset[Decimal]:
    """Amounts that the printed form can mean: its last separator may be decimal or thousands."""
    readings: set[Decimal] = set()
    for number in _AMOUNT.findall(printed):
        digits = re.split(r"\D", number)
        readings.add(
            Decimal("".join(digits[:-1]) + "." + digits[-1]) if digits[1:] else Decimal(number)
        )
        if _THOUSANDS.fullmatch(number):
            readings.add(Decimal("".join(digits)))
    return frozenset(readings)


def decimal_or_none(text: str) -> Decimal | None:
    """The decimal that `text` writes, if it writes one."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
