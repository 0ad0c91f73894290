"""When two values mean the same, and whether a value follows from what is printed."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from pydantic import JsonValue

from vouch.workers.stages.aligning import normalised
from vouch.workers.stages.rules.dates import read_dates, read_times
from vouch.workers.stages.rules.rows import Row, row_of

_AMOUNT = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?")
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
)
_NUMBER = re.compile(r"\d{1,15}(?:[.,' ]\d{1,12}){0,6}")
_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")


def key_of(value: str) -> str:
    """The same for values that mean the same: "9.0" and "9.00", "14:32" and "14:32:05"."""
    if _AMOUNT.fullmatch(value):
        return f"{Decimal(value):f}".rstrip("0").rstrip(".") if "." in value else value
    if _TIME.fullmatch(value):
        return value[:5]
    return normalised(value) or value


def follows(value: str, raw: str) -> bool:
    """Whether some reading of the printed `raw` gives `value`, a candidate's value.

    Amounts and numbers must have its digits, dates and times must be readings of it; of anything
    else every word must be printed in `raw`, in order.
    """
    if raw and value == raw:
        return True  # also what no reading knows: "€", the number "2024-11-99"
    row = row_of(raw)
    return all(_is_read(word, row) for word in _scalars(value))


def _scalars(value: str) -> Iterator[str]:
    """The texts and numbers in a candidate's value, which is JSON where the leaf is no text."""
    if value[:1] not in {"{", "[", '"'}:
        yield value
        return
    try:
        yield from _spelt(json.loads(value))
    except json.JSONDecodeError:
        yield value


def _spelt(node: JsonValue) -> Iterator[str]:
    match node:
        case dict():
            for child in node.values():
                yield from _spelt(child)
        case list():
            for child in node:
                yield from _spelt(child)
        case str():
            yield node
        case _:
            yield json.dumps(node)


def _is_read(value: str, row: Row) -> bool:
    if _AMOUNT.fullmatch(value):
        return abs(Decimal(value)) in amounts_of(row.text)
    if _TIME.fullmatch(value):
        return key_of(value) in {key_of(found.value) for found in read_times(row)}
    if moment := _MOMENT.fullmatch(value):
        days = {found.value.isoformat() for found in read_dates(row)}
        hours = {key_of(found.value) for found in read_times(row)}
        return moment[1] in days and (moment[2] is None or key_of(moment[2]) in hours)
    return _is_printed(value, row.printed)


def _is_printed(value: str, raw: str) -> bool:
    """Whether whole words of `raw`, side by side, spell `value`, however they are split."""
    wanted, words = normalised(value), _words(raw)
    for first in range(len(words)):
        spelt = ""
        for word in words[first:]:
            spelt += word
            if spelt == wanted:
                return True
            if not wanted.startswith(spelt):
                break
    return False


def _words(text: str) -> list[str]:
    return [word for part in re.split(r"[\W_]+", text) if (word := normalised(part))]


def amounts_of(printed: str) -> frozenset[Decimal]:
    """Every amount that a printed form can mean, without its sign.

    The last separator may stand for decimals or group thousands; "7 %" is 7 and 0.07.
    """
    found: set[Decimal] = set()
    for number in _NUMBER.findall(printed):
        *whole, last = re.split(r"\D", number)
        found.add(Decimal(f"{''.join(whole)}.{last}") if whole else Decimal(last))
        if _GROUPED.fullmatch(number) or " " in number:
            found.add(Decimal("".join([*whole, last])))
            found.update(Decimal(part) for part in (*whole, last) if " " in number)
    return frozenset(found | {amount / 100 for amount in found if "%" in printed})
