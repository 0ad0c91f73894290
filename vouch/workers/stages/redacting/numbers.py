"""Numbers with check digits: payment cards and bank accounts (IBAN)."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

from vouch.workers.stages.redacting.spans import Span
from vouch.workers.stages.redacting.vocabulary import any_of, label_before, words

_FIGURE = "0-9OoQDIl|!ZSB"
_FIGURES = str.maketrans("OoQDIl|!ZSB", "00001111258")
_GROUPS = rf"([{_FIGURE}]{{1,19}}(?:[ \-.\n]{{1,3}}[{_FIGURE}]{{1,19}})*)(?![A-Za-z0-9])"
_CARDS = re.compile(r"3[47]\d{13}|3[0689]\d{12}|(?:4\d|5[0-8]|2[2-7]|35|6\d)\d{14}|6\d{16,18}")
"""Issuers and how long their numbers are."""
_CARD_GROUPS = ([4, 4, 4, 4], [4, 6, 5], [4, 6, 4])
_IBAN = re.compile(
    rf"(?<![A-Za-z0-9])([A-Z]{{2}}) ?[{_FIGURE}]{{2}}(?:[ \n]{{0,2}}[A-Za-z0-9|!]){{11,30}}"
)


@cache
def _runs() -> re.Pattern[str]:
    """Groups of figures. OCR may lose the blank between them and a label."""
    labels = any_of(words("card_number")["labels"])
    return re.compile(rf"(?<![A-Za-z0-9])(?i:{labels})?{_GROUPS}")


def card_numbers(text: str) -> Iterator[Span]:
    for run in _runs().finditer(text):
        groups = [
            (run.start(1) + group.start(), group[0])
            for group in re.finditer(rf"[{_FIGURE}]+", run[1])
        ]
        yield from _cards(text, groups)


def _cards(text: str, groups: Sequence[tuple[int, str]]) -> Iterator[Span]:
    """Cards among neighbouring groups of figures: the likeliest first, none overlapping."""
    first = 0
    while first < len(groups):
        ends = range(len(groups), first, -1)
        last = next((end for end in ends if _is_card(text, groups[first:end])), None)
        if last is None:
            first += 1
            continue
        start, (end_start, end_text) = groups[first][0], groups[last - 1]
        why = "checksum" if _passes_luhn(_figures(groups[first:last])) else "pattern"
        yield Span("card_number", start, end_start + len(end_text), why)  # type: ignore[arg-type]
        first = last


def _is_card(text: str, groups: Sequence[tuple[int, str]]) -> bool:
    """By its check digit; one that OCR has misread, by its groups or by a word before it."""
    printed = "".join(group for _, group in groups)
    figures = _figures(groups)
    if not _CARDS.fullmatch(figures):
        return False
    if sum(char.isdigit() for char in printed) < 0.75 * len(printed):
        return False
    lengths = [len(group) for _, group in groups]
    before = text[max(groups[0][0] - 40, 0) : groups[0][0]]
    is_labelled = label_before("card_number").search(before) is not None
    if _passes_luhn(figures):
        return is_labelled or len(lengths) <= 2 or min(lengths) >= 3 or _is_grouped(lengths)
    return lengths in _CARD_GROUPS or (len(figures) in (15, 16) and is_labelled)


def _is_grouped(lengths: Sequence[int]) -> bool:
    """Whether figures stand in a card's groups, some of which OCR may have taken apart."""
    ends = set(accumulate(lengths))
    return any(
        sum(usual) == sum(lengths) and ends.issuperset(accumulate(usual)) for usual in _CARD_GROUPS
    )


def _figures(groups: Sequence[tuple[int, str]]) -> str:
    return "".join(group for _, group in groups).translate(_FIGURES)


def _passes_luhn(figures: str) -> bool:
    doubled = [int(char) * (1 + place % 2) for place, char in enumerate(reversed(figures))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        length = words("iban")["lengths"].get(found[1])
        end = None if length is None else _end_of(text, found.start(), length)
        if end is None:
            continue
        printed = re.sub(r"\s", "", text[found.start() : end])
        if _passes_97(printed) or _passes_97(printed[:2] + printed[2:].translate(_FIGURES)):
            yield Span("iban", found.start(), end, "checksum")
        elif label_before("iban").search(text[max(found.start() - 40, 0) : found.start()]):
            yield Span("iban", found.start(), end, "label")


def _end_of(text: str, start: int, length: int) -> int | None:
    """Where so many characters that are no spaces end; None where the text does before."""
    end = start
    while length and end < len(text):
        length -= not text[end].isspace()
        end += 1
    return None if length else end


def _passes_97(iban: str) -> bool:
    if not iban.isalnum() or not iban.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1
