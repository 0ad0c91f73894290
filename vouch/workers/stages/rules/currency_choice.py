"""The currency of the amounts: by its printed mark, else by words that name its country."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, partial

from vouch.schemas.draft import Candidate
from vouch.workers.stages.rules.amounts import Amount
from vouch.workers.stages.rules.currencies import clue_words, currencies, marks
from vouch.workers.stages.rules.drafting import candidate, clip, ranked, sigmoid
from vouch.workers.stages.rules.ledger import find_labels
from vouch.workers.stages.rules.lexicon import Meaning, Phrases
from vouch.workers.stages.rules.rows import Row, Span

_ENOUGH = 3
"""More prints of a mark, or more clues, say nothing new."""


@cache
def _clues() -> Phrases:
    return Phrases((word, Meaning(code, 1.0)) for word, code in clue_words())


@cache
def _lone_mark() -> re.Pattern[str]:
    """Marks away from amounts, as in "Price (RM)": codes of at least two capitals only."""
    codes = [mark for mark in marks() if mark.isalpha() and mark.isupper() and len(mark) > 1]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(codes, key=len, reverse=True))})(?![^\W_])")


def likely_places(rows: Sequence[Row]) -> int | None:
    """Decimals of the currency that the page's words speak for; None when they name none."""
    votes: Counter[str] = Counter({code: len(spans) for code, spans in _clue_spans(rows).items()})
    for row in rows:
        for match in filter(partial(_heads_amounts, row), _lone_mark().finditer(row.text)):
            votes[marks()[match[0]][0]] += 2
    best = votes.most_common(1)
    return int(currencies()[best[0][0]].get("places", 2)) if best else None


def choose_currencies(
    rows: Sequence[Row], amounts: Iterable[Amount], speaks_for_usd: Sequence[Span]
) -> tuple[Candidate, ...]:
    """Candidates for /currency, ISO 4217. `speaks_for_usd`: US states with ZIP codes."""
    prints = _prints(rows, amounts)
    clues = _clue_spans(rows)
    clues["USD"] += speaks_for_usd
    votes: Counter[str] = Counter({code: min(len(spans), _ENOUGH) for code, spans in clues.items()})
    made = []
    for mark, spans in prints.items():
        for order, code in enumerate(marks()[mark]):
            is_shared = len(marks()[mark]) > 1
            logit = -1.0 + min(len(spans), _ENOUGH) + 1.2 * votes[code]
            logit += -0.8 * min(order, 2) - 0.5 if is_shared else 1.5
            signals = _signals(len(spans), votes[code], spans[0].row.depth, inferred=False)
            made.append(candidate(code, spans[:1], sigmoid(logit), signals))
    if not made:
        made = [
            candidate(
                code,
                spans[:1],
                sigmoid(-2.0 + 1.0 * votes[code]),
                _signals(0, votes[code], spans[0].row.depth, inferred=True),
            )
            for code, spans in clues.items()
            if spans
        ]
    return ranked(made)


def _signals(prints: int, votes: int, depth: float, *, inferred: bool) -> dict[str, float]:
    return {
        "currency": clip(prints / _ENOUGH),
        "keyword": clip(votes / _ENOUGH),
        "inferred": float(inferred),
        "depth": depth,
    }


def _prints(rows: Sequence[Row], amounts: Iterable[Amount]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    for amount in amounts:
        if amount.mark:
            start = amount.row.text.find(amount.mark, amount.span.start)
            found[amount.mark].append(Span(amount.row, start, start + len(amount.mark)))
    for row in rows:
        for match in _lone_mark().finditer(row.text):
            if _heads_amounts(row, match):
                found[match[0]].append(Span(row, match.start(), match.end()))
    return found


def _heads_amounts(row: Row, match: re.Match[str]) -> bool:
    """ "Price (RM)", "TOTAL EUR", "EUR" alone: beside words for amounts, not in an address."""
    alone = row.text.strip() == match[0]
    in_brackets = row.text[: match.start()].endswith("(")
    return alone or in_brackets or any(found.kind != "count" for found in find_labels(row))


def _clue_spans(rows: Sequence[Row]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in rows:
        for found in _clues().find(row.text):
            spans[found.kind].append(Span(row, found.start, found.end))
    return spans
