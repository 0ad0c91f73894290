"""A label that a model named → the element that bears it: measured, never told by the model."""

from collections.abc import Sequence

from vouch.schemas.draft import Candidate, Draft, Pointer, TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import PageLayout
from vouch.schemas.ui import HOLDERS
from vouch.workers.stages.readers.location.reader import LABEL, claims
from vouch.workers.stages.readers.location.targets import Target, element_targets


def placed(draft: Draft, layouts: Sequence[PageLayout]) -> Draft:
    """The draft with role, box and click point of the element that its label names."""
    found: dict[Pointer, tuple[Candidate, ...]] = {}
    for label in draft.candidates.get(LABEL, ()):
        if (target := _bearing(label.tokens, layouts)) is None:
            continue
        for pointer, made in claims(target, layouts, label.score, label.signals).items():
            own = made.model_copy(update={"certainty": label.certainty})
            found[pointer] = (*found.get(pointer, ()), own)
    return draft.model_copy(update={"candidates": {**found, **draft.candidates}})


def _bearing(tokens: Sequence[TokenRef], layouts: Sequence[PageLayout]) -> Target | None:
    """The smallest element with these words, or the words themselves; None where there are none."""
    if not tokens or any(ref.page != tokens[0].page for ref in tokens):
        return None
    layout = next(layout for layout in layouts if layout.page == tokens[0].page)
    words = [layout.tokens.tokens[ref.index] for ref in tokens]
    box = Bbox.union(word.bbox for word in words)
    bearing = [
        target
        for target in element_targets(layout)
        if target.role not in HOLDERS
        and (set(tokens) & set(target.tokens) or box.containment(target.bbox) >= 0.7)
    ]
    if bearing:
        return min(bearing, key=lambda target: target.bbox.area)
    text = " ".join(word.text for word in words)
    return Target(layout.page, box, tuple(tokens), text, whole=text)
