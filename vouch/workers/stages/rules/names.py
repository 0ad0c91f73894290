"""The merchant's name: the row, or rows, above the address that read most like one."""

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.addresses import address_blocks
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid
from vouch.workers.stages.rules.header import HeaderRow
from vouch.workers.stages.rules.lexicon import Meaning, Phrases, fold, lexicon_file
from vouch.workers.stages.rules.repairs import repair_name
from vouch.workers.stages.rules.rows import Row, Span, tidy
from vouch.workers.stages.rules.trades import (
    REGISTRATION_BEHIND,
    has_legal_form,
    own_words,
    trade_words,
)

_HEAD = 22
"""Rows among which the name is looked for."""
_NAME_ROWS = 3
_NOT_IN_NAMES = re.compile(r"[=×<>|%\\~^]")


def choose_names(
    header: Sequence[HeaderRow], rows: Sequence[Row], currency: str | None
) -> tuple[Candidate, ...]:
    """Candidates for /merchant/name: rows above the address, joined where a name runs on."""
    blocks = [b for b in address_blocks(header) if b.strength >= 1.0 and 0 < b.first < _HEAD]
    limit = blocks[0].first if blocks else _HEAD
    elsewhere, former = _elsewhere(rows), _former(header)
    made = []
    for order, group in enumerate(_name_groups(header[: min(limit + 1, _HEAD)], limit)):
        spans = [_name_span(row) for row in group]
        text = repair_name(" ".join(span.text for span in spans), currency)
        if sum(char.isalpha() for char in text) < 2:
            continue
        signals = _name_signals(group, text, order, elsewhere, limit)
        is_counted = not own_words(text) and any(char.isdigit() for char in text)
        if group[0].row.index in former or is_counted or _NOT_IN_NAMES.search(text):
            signals["contrary"] = 1.0
        made.append(candidate(text, spans, sigmoid(_name_logit(group, signals)), signals))
    return ranked(made)


def _name_groups(header: Sequence[HeaderRow], limit: int) -> Iterator[tuple[HeaderRow, ...]]:
    """Rows that could be the name; rows joined where the name runs on."""
    index = 0
    while index < len(header):
        count = 1
        if _may_name(header[index], limit):
            group = [header[index]]
            while (more := _continuation(group, header[index + len(group) :], limit)) and (
                len(group) + len(more) <= _NAME_ROWS
            ):
                group += more
            yield tuple(group)
            count = len(group)
        index += count


def _may_name(row: HeaderRow, limit: int) -> bool:
    return row.role == "text" and row.row.index < limit


def _continuation(
    group: Sequence[HeaderRow], after: Sequence[HeaderRow], limit: int
) -> list[HeaderRow]:
    """Rows that the name goes on with, up to the one that closes a bracket; none when complete."""
    text = " ".join(row.text for row in group)
    more: list[HeaderRow] = []
    for row in after[: _NAME_ROWS - len(group)]:
        if not _may_name(row, limit):
            break
        more.append(row)
        joined = " ".join(one.text for one in more)
        if joined.count("(") <= joined.count(")") or text.count("(") > text.count(")"):
            break
    return more if more and _runs_on(text, group[-1], more) else []


def _runs_on(text: str, last: HeaderRow, more: Sequence[HeaderRow]) -> bool:
    if text.rstrip().endswith(("&", ",", "-", "+")) or text.count("(") > text.count(")"):
        return True
    after = " ".join(row.text for row in more)
    if has_legal_form(text) or not has_legal_form(after):
        return False
    heights = (last.row.height, more[0].row.height)
    # "RESTAURANT SDN BHD" needs the row above; "R&C VENTURE SDN BHD" is a name of its own.
    return max(heights) <= 1.6 * min(heights) and own_words(after) == 0


def _name_span(row: HeaderRow) -> Span:
    """The row without "owned by" before the name, and without what stands behind its legal form."""
    start = max((word.end for word in _owners().find(row.row.text)), default=row.start)
    text = row.row.text[start : row.end]
    found = REGISTRATION_BEHIND.search(text)
    end = found.start() if found and found.start() >= 3 else len(text)
    for word in trade_words().find(text[:end]):
        if word.kind == "legal" and len(fold(text[word.start : word.end])) >= 5 and word.start > 3:
            end = word.end
    return tidy(Span(row.row, start, start + end))


def _former(header: Sequence[HeaderRow]) -> frozenset[int]:
    """Rows that name what the shop was called once, or whose licensee it is."""
    hits = [(row, found) for row in header[:_HEAD] for found in _owners().find(row.row.text)]
    former = [(row, found) for row, found in hits if found.kind == "former"]
    after = {row.row.index + 1 for row, found in former if len(row.row.text) - found.end <= 3}
    return frozenset({row.row.index for row, _ in former} | after)


@cache
def _owners() -> Phrases:
    words = lexicon_file("header")["name"]
    kinds = ("owner", "former")
    return Phrases((word, Meaning(kind, 1.0)) for kind in kinds for word in words[kind])


def _elsewhere(rows: Sequence[Row]) -> str:
    """Folded text of web and e-mail addresses and of thanks, where names come back."""
    texts = [
        row.text
        for row in rows
        if re.search(r"www|@|\.com|thank|welcome|merci|gracias|danke", row.text, re.I)
    ]
    return " ".join(fold(text) for text in texts)


def _name_signals(
    group: Sequence[HeaderRow], text: str, order: int, elsewhere: str, limit: int
) -> dict[str, float]:
    kinds = [word.kind for word in trade_words().find(text)]
    letters = [char for char in text if char.isalpha()]
    longest = max((fold(word) for word in re.findall(r"\w{4,}", text)), key=len, default="")
    gap = limit - group[-1].row.index
    return {
        "legal_form": float(any(has_legal_form(row.text) for row in group)),
        "trade": float("trade" in kinds),
        "agreement": float(bool(longest) and longest in elsewhere),
        "first": math.exp(-order),
        "height": clip(max(row.row.height for row in group) / 2),
        "shape": sum(char.isupper() for char in letters[:1])
        * len(letters)
        / max(len(text.replace(" ", "")), 1),
        "keyword": clip(1.25 - 0.25 * gap) if limit < _HEAD else 0.0,
        "contrary": clip(2 * max(row.address for row in group) - 0.4),
        "lines": len(group) / 4,
        "depth": group[0].row.depth,
    }


def _name_logit(group: Sequence[HeaderRow], signals: dict[str, float]) -> float:
    doubt = min(word.score for row in group for word in row.row.words)
    return (
        -3.0
        + 1.8 * signals["legal_form"]
        + 0.8 * signals["trade"]
        + 0.8 * signals["agreement"]
        + 1.5 * signals["first"]
        + 2.0 * min(signals["height"], 1.0)
        + 1.0 * signals["shape"]
        + 0.7 * signals["keyword"]
        - 1.5 * signals["contrary"]
        - 2.0 * max(0.0, 0.85 - doubt) / 0.85
    )
