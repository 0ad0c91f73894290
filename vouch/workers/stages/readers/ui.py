"""The rules reader of `ui`: every element that was seen on a screen, and what the screen is."""

from collections.abc import Iterator, Sequence
from itertools import count

from vouch.schemas.draft import Candidate, Draft, Pointer
from vouch.schemas.text import PageLayout
from vouch.schemas.ui import HOLDERS, Role
from vouch.workers.stages.readers.location.targets import (
    Target,
    element_targets,
    line_height,
    refs_of,
    words_inside,
)
from vouch.workers.stages.readers.pointing import pointed, printed, sighted
from vouch.workers.stages.readers.seen import Seen

_UNCLICKED: frozenset[Role] = (HOLDERS - {"list_row"}) | {"menu", "text"}
"""Roles that a click in their middle does nothing to, or anything."""
_HEADING = 1.15
"""Times the usual word's height from which on words may be a heading."""


def read_ui(screen: Seen) -> Draft:
    """Elements in reading order, page by page."""
    candidates: dict[Pointer, tuple[Candidate, ...]] = {}
    numbers = count()
    for layout in screen.layouts:
        for target in element_targets(layout):
            at = f"/elements/{next(numbers)}"
            for leaf, made in _said(target, layout).items():
                candidates[f"{at}/{leaf}"] = (made,)
    if title := tuple(_titles(screen.layouts)):
        candidates["/screen"] = title
    return Draft(reader="rules", candidates=candidates)


def _said(target: Target, layout: PageLayout) -> dict[str, Candidate]:
    """All that is known of one element."""
    element = target.element
    if element is None:
        return {}
    said = pointed(target, layout, element.score, {})
    if element.role in _UNCLICKED:
        del said["click_point"]
    seen = {"id": element.id, "parent": element.parent, "state": element.state}
    said |= {
        leaf: sighted(value, target, element.score, {})
        for leaf, value in seen.items()
        if value is not None
    }
    if held := words_inside(layout, element.bbox):
        said["text"] = _printed(layout, held, element.score)
        if element.role == "input" and not set(held) & set(element.tokens):
            said["value"] = said["text"]
    return said


def _titles(layouts: Sequence[PageLayout]) -> Iterator[Candidate]:
    """What the first page is called: by a dialog on top of it, else by its largest words."""
    for layout in layouts[:1]:
        for element in layout.elements:
            if element.role == "dialog" and element.tokens:
                yield _printed(layout, element.tokens, element.score)
        texts = [one.tokens for one in layout.elements if one.role == "text"]
        for tokens in sorted(texts, key=lambda tokens: -_height(layout, tokens)):
            if (large := _height(layout, tokens) / line_height(layout)) >= _HEADING:
                yield _printed(layout, tokens, min(large / 2.0, 0.95))


def _height(layout: PageLayout, tokens: Sequence[int]) -> float:
    return max(layout.tokens.tokens[index].bbox.height for index in tokens)


def _printed(layout: PageLayout, tokens: Sequence[int], score: float) -> Candidate:
    text = " ".join(layout.tokens.tokens[index].text for index in tokens)
    return printed(text, refs_of(layout, tokens), layout, score, {})
