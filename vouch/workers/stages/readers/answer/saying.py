"""Answers with what they stand on: printed words, elements, a whole page."""

from collections.abc import Callable, Mapping, Sequence

from vouch.schemas.draft import Candidate, Draft, Place
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.answer.pairs import Reading
from vouch.workers.stages.readers.location.targets import Target
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.rules.drafting import clip

Readers = Mapping[str, Callable[[Seen], Draft]]
"""The rules readers of other schemas, by name."""


def printed(reading: Reading) -> Candidate:
    """An answer that is printed."""
    return Candidate(
        value=reading.text,
        raw=reading.text,
        tokens=reading.tokens,
        score=clip(round(reading.score, 4)),
    )


def follows(value: str, reading: Reading) -> Candidate:
    """An answer that follows from what is printed."""
    return Candidate(
        value=value,
        raw=reading.text,
        tokens=reading.tokens,
        score=clip(round(reading.score, 4)),
        signals={"computed": 1.0},
    )


def seen_at(value: str, target: Target, score: float) -> Candidate:
    """An answer that follows from something on the page."""
    if target.element is None:
        return follows(value, Reading(target.page, target.text, target.tokens, score))
    place = Place(page=target.page, bbox=target.bbox)
    return Candidate(value=value, raw="", place=place, score=clip(round(score, 4)))


def seen_on(value: str, layout: PageLayout, score: float) -> Candidate:
    """An answer that follows from all of a page."""
    place = Place(page=layout.page, bbox=layout.tokens.bbox)
    return Candidate(value=value, raw="", place=place, score=clip(round(score, 4)))


def is_readable(layouts: Sequence[PageLayout]) -> bool:
    """Whether OCR read enough, and well enough, to know what is not there."""
    scores = [layout.tokens.ocr_score for layout in layouts]
    return bool(scores) and all(score is not None and score >= _LEGIBLE for score in scores)


_LEGIBLE = 0.8
