"""What can be said of a thing on a screen: what it is, what it is called, where one clicks."""

import json
from collections.abc import Mapping, Sequence

from vouch.schemas.draft import Candidate, Place, TokenRef
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.location.clicking import click_point, pixel_box
from vouch.workers.stages.readers.location.targets import Target
from vouch.workers.stages.rules.drafting import clip


def pointed(
    target: Target, layout: PageLayout, score: float, signals: Mapping[str, float]
) -> dict[str, Candidate]:
    """By the name of the leaf. What no word says stands where the target was seen."""
    said: dict[str, Candidate] = {}
    if target.role is not None:
        said["role"] = sighted(target.role, target, score, signals)
    if target.text:
        said["label"] = printed(target.text, target.tokens, layout, score, signals)
    said["bbox"] = sighted(pixel_box(target.bbox, layout), target, score, signals)
    said["click_point"] = sighted(click_point(target, layout), target, score, signals)
    return said


def sighted(value: object, target: Target, score: float, signals: Mapping[str, float]) -> Candidate:
    """A value that no word says."""
    return Candidate(
        value=value if isinstance(value, str) else json.dumps(value),
        raw="",
        place=Place(page=target.page, bbox=target.bbox),
        score=clip(round(score, 4)),
        signals=dict(signals),
    )


def printed(
    text: str,
    tokens: Sequence[TokenRef],
    layout: PageLayout,
    score: float,
    signals: Mapping[str, float],
) -> Candidate:
    """A value that stands there in words."""
    ocr = min((layout.tokens.tokens[ref.index].score for ref in tokens), default=0.0)
    return Candidate(
        value=text,
        raw=text,
        tokens=tuple(tokens),
        score=clip(round(score, 4)),
        signals={"ocr": ocr, **signals},
    )
