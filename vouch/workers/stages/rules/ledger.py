"""The amounts of a document with the words that say what each of them is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Literal

from vouch.workers.stages.rules.amounts import Amount
from vouch.workers.stages.rules.lexicon import Found, Meaning, Phrases, fold, lexicon_file
from vouch.workers.stages.rules.rows import Row

Side = Literal["left", "right", "above", "below"]
_STRENGTH = {"strong": 1.0, "plain": 0.85, "weak": 0.4}
_SIDE = {"left": 1.0, "above": 0.8, "below": 0.55, "right": 0.5}
"""How much a label counts by where it stands, seen from the amount."""
_SUMMARY_ROWS = 8
_BY_COLUMN = 0.6
"""Strength of a label that follows from a row's sum."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount and its label."""

    amount: Amount
    kind: str | None
    """total, subtotal, tax, tip, service, discount, rounding, cash, card, change or count."""
    strength: float
    """0 to 1: how surely the words mean `kind`, how near they stand, their share of the row."""
    crowd: int
    """How many amounts the row has."""
    is_summary: bool
    """Stands below the head of a table that repeats amounts (tax analysis, card slip, loyalty)."""


@cache
def label_phrases() -> Phrases:
    """All labels of amounts."""
    labels = lexicon_file("lexicon")["labels"]
    return Phrases(
        (phrase, Meaning(kind, _STRENGTH[grade]))
        for grade in _STRENGTH
        for kind, grades in labels.items()
        if kind != "summary"
        for phrase in grades.get(grade, ())
    )


@cache
def summary_phrases() -> Phrases:
    """Heads of tables that repeat amounts."""
    listed = lexicon_file("lexicon")["labels"]["summary"]["strong"]
    return Phrases((phrase, Meaning("summary", 1.0)) for phrase in listed)


@cache
def _modifiers() -> Mapping[str, str]:
    listed = lexicon_file("lexicon")["modifiers"]
    return {fold(word): kind for kind, words in listed.items() for word in words}


def find_labels(row: Row) -> tuple[Found, ...]:
    """The row's labels, with "total (incl. tax)" taken as one."""
    merged: list[Found] = []
    for found in label_phrases().find(row.text):
        joined = _join(merged[-1], found, row.text) if merged else None
        if joined:
            merged[-1] = joined
        elif not (merged and _is_bracketed(found, row.text)):
            merged.append(found)
    return tuple(merged)


def _join(before: Found, after: Found, text: str) -> Found | None:
    between = text[before.end : after.start]
    modifier = _modifiers().get(fold(between))
    if before.kind in {"total", "subtotal"} and after.kind == "tax" and modifier:
        kind = "total" if modifier == "inclusive" else "subtotal"
        return Found(kind, max(before.strength, 0.9), before.start, after.end)
    is_next = not any(char.isalnum() for char in between)
    if before.kind == "total" and is_next and fold(text[after.start : after.end]) == "rounded":
        return Found("total", 1.0, before.start, after.end)
    if before.kind == after.kind and is_next:
        return Found(before.kind, max(before.strength, after.strength), before.start, after.end)
    return None


def _is_bracketed(found: Found, text: str) -> bool:
    """ "SUBTOTAL (QTY 4) 41.45": what stands in brackets does not name the amount behind them."""
    opened = text.rfind("(", 0, found.start)
    return opened >= 0 and ")" not in text[opened : found.start]


def build_ledger(rows: Sequence[Row], amounts: Mapping[int, Sequence[Amount]]) -> tuple[Entry, ...]:
    """Every amount with its label. `amounts` by row index."""
    labels = {row.index: find_labels(row) for row in rows}
    summaries = set(_summary_rows(rows))
    entries: list[Entry] = []
    for row in rows:
        own = amounts.get(row.index, ())
        for amount in own:
            found, side = _label_of(amount, row, labels[row.index])
            if found is None and _is_loose(row, own):
                found, side = _neighbour(row, rows, labels, amounts)
            entries.append(_entry(amount, found, side, len(own), row.index in summaries))
    return tuple(_with_tax_columns(entries))


def _with_tax_columns(entries: Sequence[Entry]) -> Iterator[Entry]:
    """In a row of net, tax and gross (net + tax = gross) the first two are so labelled."""
    for _, group in groupby(entries, key=lambda entry: entry.amount.row.index):
        own = list(group)
        sums = _tax_columns([entry.amount for entry in own])
        for entry in own:
            kind = sums.get(entry.amount.span.start)
            yield replace(entry, kind=kind, strength=_BY_COLUMN, crowd=1) if kind else entry


def _tax_columns(amounts: Sequence[Amount]) -> dict[int, str]:
    """Where net and tax stand, by start: three neighbours, the first two add up to the third."""
    for net, tax, gross in zip(amounts, amounts[1:], amounts[2:], strict=False):
        adds_up = net.value + tax.value == gross.value and 0 < tax.value < net.value
        if adds_up and not any(amount.is_bare for amount in (net, tax, gross)):
            return {net.span.start: "subtotal", tax.span.start: "tax"}
    return {}


def _entry(
    amount: Amount,
    found: Found | None,
    side: Side,
    crowd: int,
    is_summary: bool,  # noqa: FBT001
) -> Entry:
    if found is None:
        return Entry(amount, None, 0.0, crowd, is_summary)
    share = _share_of_row(found, amount) if side == "left" else 1.0
    strength = found.strength * _SIDE[side] * (0.4 + 0.6 * share)
    return Entry(amount, found.kind, strength, crowd, is_summary)


def _share_of_row(found: Found, amount: Amount) -> float:
    """Of the letters before the amount: an item may be called "Total 0% yoghurt"."""
    text = amount.row.text
    letters = sum(char.isalpha() for char in text[: amount.span.start])
    labelled = sum(char.isalpha() for char in text[found.start : found.end])
    return min(labelled / letters, 1.0) if letters else 1.0


def _label_of(amount: Amount, row: Row, labels: Sequence[Found]) -> tuple[Found | None, Side]:
    """The nearest label on the left (a count names only the next number), else on the right."""
    # A label may reach into the amount's currency: "TOTAL RM 9.00".
    left = [found for found in labels if found.start < amount.span.start]
    while left:
        nearest = left.pop()
        if nearest.kind != "count" or not _is_taken(nearest, amount, row):
            return nearest, "left"
    right = [found for found in labels if found.start >= amount.span.end]
    return (right[0], "right") if right else (None, "right")


def _is_taken(count: Found, amount: Amount, row: Row) -> bool:
    return any(char.isdigit() for char in row.text[count.end : amount.span.start])


def _is_loose(row: Row, amounts: Sequence[Amount]) -> bool:
    """Whether the row is nothing but one amount."""
    words = sum(char.isalpha() for char in row.text)
    in_amounts = sum(char.isalpha() for amount in amounts for char in amount.span.raw)
    return len(amounts) == 1 and words - in_amounts <= 2


def _neighbour(
    row: Row,
    rows: Sequence[Row],
    labels: Mapping[int, Sequence[Found]],
    amounts: Mapping[int, Sequence[Amount]],
) -> tuple[Found | None, Side]:
    """A label in the row above, or else below, that has no amount of its own."""
    for offset, side in ((-1, "above"), (1, "below")):
        index = row.index + offset
        if 0 <= index < len(rows) and labels[index] and not amounts.get(index):
            near = abs(rows[index].bbox.centre[1] - row.bbox.centre[1])
            reach = 2.5 * max(rows[index].bbox.height, row.bbox.height)
            if (
                rows[index].page == row.page
                and near <= reach
                and _ends_in_label(rows[index], labels)
            ):
                return labels[index][-1], "above" if side == "above" else "below"
    return None, "right"


def _ends_in_label(row: Row, labels: Mapping[int, Sequence[Found]]) -> bool:
    rest = row.text[labels[row.index][-1].end :]
    return sum(char.isalnum() for char in rest) <= 3


def _summary_rows(rows: Sequence[Row]) -> Iterator[int]:
    """Rows within reach below the head of a table that repeats amounts."""
    for row in rows:
        if any(True for _ in summary_phrases().find(row.text)):
            yield from range(row.index, row.index + _SUMMARY_ROWS)
