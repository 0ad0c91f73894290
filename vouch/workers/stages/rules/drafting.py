"""Candidates from spans of rows."""

import math
from collections.abc import Iterable, Mapping, Sequence

from vouch.schemas.draft import Candidate, Print
from vouch.workers.stages.rules.rows import Span

KEPT = 5
"""Candidates kept for one pointer."""
LEAST = 0.002
"""Candidates below this score are no candidates."""


def sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))


def clip(value: float) -> float:
    return max(0.0, min(value, 1.0))


def candidate(
    value: str, spans: Sequence[Span], score: float, signals: Mapping[str, float]
) -> Candidate:
    """A candidate printed in the spans, in reading order."""
    return Candidate(
        value=value,
        raw=" ".join(span.raw for span in spans),
        tokens=tuple(dict.fromkeys(ref for span in spans for ref in span.refs)),
        score=clip(round(score, 4)),
        signals={
            "ocr": min((span.ocr for span in spans), default=0.0),
            **{name: round(signal, 4) for name, signal in signals.items()},
        },
    )


def print_of(span: Span) -> Print:
    """Where a span is printed."""
    return Print(raw=span.raw, tokens=span.refs)


def ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Best first, one a value, with the margin to the best rival."""
    best: dict[str, Candidate] = {}
    for made in sorted(candidates, key=lambda made: -made.score):
        if made.score < LEAST:
            break
        best.setdefault(made.value, made)
    kept = list(best.values())[:KEPT]
    return tuple(_with_margin(made, kept) for made in kept)


def _with_margin(made: Candidate, kept: Sequence[Candidate]) -> Candidate:
    rival = max((other.score for other in kept if other is not made), default=0.0)
    margin = clip(made.score - rival)
    return made.model_copy(update={"signals": {**made.signals, "margin": round(margin, 4)}})
