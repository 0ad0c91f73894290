"""The rules reader of `ui`: every element that was seen on a screen, and what the screen is."""

from collections.abc import Iterator, Sequence
from itertools import count

from vouch.schemas.draft import Candidate, Draft, Pointer, TokenRef
from vouch.schemas.text import Element, PageLayout
from vouch.schemas.ui import Role
from vouch.workers.stages.readers.location.targets import Target
from vouch.workers.stages.readers.pointing import pointed, printed, sighted
from vouch.workers.stages.readers.seen import Seen

_UNCLICKED: frozenset[Role] = frozenset({"window", "dialog", "group", "menu", "text"})
"""Roles that a click in their middle does nothing to, or anything."""
_HEADING = 1.15
"""Times the usual word's height from which on words may be a heading."""


def read_ui(screen: Seen) -> Draft:
    """Elements in reading order, page by page."""
    candidates: dict[Pointer, tuple[Candidate, ...]] = {}
    numbers = count()
    for layout in screen.layouts:
        for element in layout.elements:
            at = f"/elements/{next(numbers)}"
            for leaf, made in _said(element, layout).items():
                candidates[f"{at}/{leaf}"] = (made,)
    if title := tuple(_titles(screen.layouts)):
        candidates["/screen"] = title
    return Draft(reader="rules", candidates=candidates)


def _said(element: Element, layout: PageLayout) -> dict[str, Candidate]:
    """All that is known of one element."""
    target = Target(layout.page, element.bbox, _refs(element.tokens, layout), "", element)
    text = _text(element.tokens, layout)
    named = Target(layout.page, element.bbox, target.tokens, text, element, text)
    said = pointed(named, layout, element.score, {})
    if element.role in _UNCLICKED:
        del said["click_point"]
    said["id"] = sighted(element.id, target, element.score, {})
    if element.parent is not None:
        said["parent"] = sighted(element.parent, target, element.score, {})
    if element.state is not None:
        said["state"] = sighted(element.state, target, element.score, {})
    return said | _inside(element, layout)


def _inside(element: Element, layout: PageLayout) -> dict[str, Candidate]:
    """What is printed in it; of an input, what it holds."""
    held = [
        index
        for line in layout.lines
        for index in line.tokens
        if layout.tokens.tokens[index].bbox.containment(element.bbox) >= 0.5
    ]
    if not held:
        return {}
    made = printed(_text(held, layout), _refs(held, layout), layout, element.score, {})
    if element.role == "input" and not set(held) & set(element.tokens):
        return {"text": made, "value": made}
    return {"text": made}


def _titles(layouts: Sequence[PageLayout]) -> Iterator[Candidate]:
    """What the first page is called: by a dialog on top of it, else by its largest words."""
    for layout in layouts[:1]:
        for dialog in layout.elements:
            if dialog.role == "dialog" and dialog.tokens:
                yield _title(dialog, layout, dialog.score)
        heights = sorted(token.bbox.height for token in layout.tokens.tokens)
        usual = max(heights[len(heights) // 2], 1.0) if heights else 1.0
        texts = [one for one in layout.elements if one.role == "text"]
        for one in sorted(texts, key=lambda one: (-_size(one, layout), one.bbox.top)):
            if (large := _size(one, layout) / usual) >= _HEADING:
                yield _title(one, layout, min(large / 2.0, 0.95))


def _title(element: Element, layout: PageLayout, score: float) -> Candidate:
    refs = _refs(element.tokens, layout)
    return printed(_text(element.tokens, layout), refs, layout, score, {})


def _size(element: Element, layout: PageLayout) -> float:
    return max(layout.tokens.tokens[index].bbox.height for index in element.tokens)


def _text(indices: Sequence[int], layout: PageLayout) -> str:
    return " ".join(layout.tokens.tokens[index].text for index in indices)


def _refs(indices: Sequence[int], layout: PageLayout) -> tuple[TokenRef, ...]:
    return tuple(TokenRef(page=layout.page, index=index) for index in indices)
