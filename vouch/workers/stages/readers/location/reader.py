"""A phrase and a screen → the element that is meant, where it is, and where to click."""

from collections.abc import Sequence

from vouch.schemas.draft import Candidate, Draft, Place, Pointer
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.location.choosing import LEAST, Found, find
from vouch.workers.stages.readers.location.targets import Target
from vouch.workers.stages.readers.pointing import pointed, sighted
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.rules.drafting import KEPT, clip

FOUND: Pointer = "/found"
LABEL: Pointer = "/element/label"


def read_location(seen: Seen) -> Draft:
    """Where the thing is that the caller describes; nothing where nothing is described."""
    if not (seen.options.locate or "").strip() or not seen.layouts:
        return Draft(reader="rules", candidates={})
    found = find(seen.options.locate or "", seen.layouts)
    return Draft(reader="rules", candidates=_candidates(found, seen.layouts))


def _candidates(
    found: Sequence[Found], layouts: Sequence[PageLayout]
) -> dict[Pointer, tuple[Candidate, ...]]:
    fitting = [one for one in found if one.score >= LEAST][:KEPT]
    if not fitting:
        return {FOUND: (absent(found, layouts),)}
    by_pointer: dict[Pointer, dict[str, Candidate]] = {}
    for one in fitting:
        signals = {"margin": round(_margin(one, fitting), 4)}
        for pointer, made in claims(one.target, layouts, one.score, signals).items():
            by_pointer.setdefault(pointer, {}).setdefault(made.value, made)
    return {pointer: tuple(made.values()) for pointer, made in by_pointer.items()}


def absent(found: Sequence[Found], layouts: Sequence[PageLayout]) -> Candidate:
    """That it is not there: known from all of the first page, as far as anything is like it."""
    closest = max((one.score for one in found), default=0.0)
    page = layouts[0].tokens
    return Candidate(
        value="false",
        raw="",
        place=Place(page=page.page, bbox=page.bbox),
        score=clip(round(1.0 - closest, 4)),
        signals={"margin": clip(round(LEAST - closest, 4))},
    )


def claims(
    target: Target, layouts: Sequence[PageLayout], score: float, signals: dict[str, float]
) -> dict[Pointer, Candidate]:
    """All that is said of a target. What no word says stands where the target was seen."""
    layout = next(layout for layout in layouts if layout.page == target.page)
    of_element = pointed(target, layout, score, signals)
    return {
        FOUND: sighted(True, target, score, signals),
        **{f"/element/{leaf}": made for leaf, made in of_element.items()},
    }


def _margin(one: Found, fitting: Sequence[Found]) -> float:
    rival = max((other.score for other in fitting if other is not one), default=0.0)
    return clip(one.score - rival)
