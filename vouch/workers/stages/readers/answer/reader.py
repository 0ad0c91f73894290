"""A question and a picture → an answer with evidence, or none."""

from collections.abc import Sequence

from vouch.schemas.draft import Candidate, Draft, Pointer
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.answer.checks import check, kind_named
from vouch.workers.stages.readers.answer.counting import count
from vouch.workers.stages.readers.answer.kinds import Asked, asked, kind_claim
from vouch.workers.stages.readers.answer.pairs import Reading
from vouch.workers.stages.readers.answer.reading import read_values, routing_of
from vouch.workers.stages.readers.answer.saying import Readers, follows, seen_at, seen_on
from vouch.workers.stages.readers.answer.vocabulary import vocabulary
from vouch.workers.stages.readers.location.choosing import Found, find
from vouch.workers.stages.readers.location.clicking import click_point
from vouch.workers.stages.readers.location.targets import Target
from vouch.workers.stages.readers.seen import Seen
from vouch.workers.stages.rules.drafting import ranked

ANSWER: Pointer = "/answer"
KIND: Pointer = "/kind"
LEAST = 0.6
"""What fits less is no answer."""


def read_answer(seen: Seen, readers: Readers) -> Draft:
    """The answer that rules find; `readers` are those of other schemas. No question, no draft."""
    text = (seen.options.question or "").strip()
    if not text or not seen.layouts:
        return Draft(reader="rules", candidates={})
    said = [one for one in _answers(asked(text), seen, readers) if one.score >= LEAST]
    candidates: dict[Pointer, tuple[Candidate, ...]] = {KIND: (kind_claim(text),)}
    if said:
        candidates[ANSWER] = ranked(said)
    return Draft(reader="rules", candidates=candidates)


def _answers(question: Asked, seen: Seen, readers: Readers) -> Sequence[Candidate]:
    match question.kind:
        case "check":
            return check(question, seen)
        case "counting":
            return count(question, seen)
        case "location":
            return _places(question, seen.layouts)
        case "classification":
            return _classes(seen.layouts)
        case "reading":
            return read_values(question, seen, readers)
        case "free":
            return ()


def _places(question: Asked, layouts: Sequence[PageLayout]) -> tuple[Candidate, ...]:
    """ "Where is the Submit button?": in words, and the point in pixels of the upload."""
    return tuple(_place(found, layouts) for found in find(question.phrase, layouts)[:5])


def _place(found: Found, layouts: Sequence[PageLayout]) -> Candidate:
    target = found.target
    layout = next(layout for layout in layouts if layout.page == target.page)
    x, y = click_point(target, layout)
    page = f"page {target.page}, " if len(layouts) > 1 else ""
    said = f"{page}{_corner(target.bbox, layout)} ({x:.0f}, {y:.0f})"
    return seen_at(said, target, found.score)


def _corner(box: Bbox, layout: PageLayout) -> str:
    """Which ninth of the upright page it stands in."""
    x, y = box.centre
    down = _third(y, layout.tokens.height, ("top", "middle", "bottom"))
    across = _third(x, layout.tokens.width, ("left", "centre", "right"))
    return "centre" if (down, across) == ("middle", "centre") else f"{down} {across}"


def _third(position: float, extent: int, names: tuple[str, str, str]) -> str:
    return names[min(max(int(3 * position / max(extent, 1)), 0), 2)]


def _classes(layouts: Sequence[PageLayout]) -> tuple[Candidate, ...]:
    """What the picture shows: from the words that speak for it, else from its look."""
    if (routing := routing_of(layouts)) is None:
        return ()
    name = vocabulary().named[routing.kind][0]
    sign = next((sign.text for sign in routing.signs if kind_named(sign.text.casefold())), None)
    if sign is None:
        return (seen_on(name, layouts[0], routing.confidence),)
    found = find(f'"{sign}"', layouts)
    target: Target | None = found[0].target if found else None
    if target is None or not target.tokens:
        return (seen_on(name, layouts[0], routing.confidence),)
    reading = Reading(target.page, target.text, target.tokens, routing.confidence)
    return (follows(name, reading),)
