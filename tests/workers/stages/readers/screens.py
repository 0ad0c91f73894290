"""Made-up screens: typewritten rows, and elements as a detector would have seen them."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.workers.stages.printed_page import Row, print_page
from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import Element, PageLayout, PageTokens
from vouch.schemas.ui import Role, State
from vouch.workers.stages.segment import group_lines

PITCH = 60.0


class Seen(NamedTuple):
    """An element around the nth print of a label, or in the box given."""

    role: Role
    label: str = ""
    nth: int = 0
    box: tuple[float, float, float, float] | None = None
    state: State | None = None


def screen(rows: Sequence[Row], elements: Sequence[Seen] = (), turn: int = 0) -> PageLayout:
    """A page of 800 × 2,000 upright pixels."""
    tokens = print_page(rows, pitch=PITCH)
    if turn:
        width, height = (2000, 800) if turn in (90, 270) else (800, 2000)
        changed = {"turn": turn, "transform": Transform.from_upright(turn, width, height)}
        tokens = tokens.model_copy(update=changed)
    seen = tuple(_element(number, one, tokens) for number, one in enumerate(elements))
    return PageLayout(tokens=tokens, lines=group_lines(tokens), regions=(), elements=seen)


def _element(number: int, seen: Seen, tokens: PageTokens) -> Element:
    indices = _print_of(seen.label.split(), seen.nth, tokens) if seen.label else ()
    box = Bbox.union(tokens.tokens[index].bbox for index in indices) if indices else None
    if seen.box is not None:
        left, top, right, bottom = seen.box
        box = Bbox(left=left, top=top, right=right, bottom=bottom)
    elif box is not None:
        box = Bbox(left=box.left - 12, top=box.top - 8, right=box.right + 12, bottom=box.bottom + 8)
    assert box is not None
    return Element(
        id=f"p1e{number}",
        role=seen.role,
        bbox=box,
        score=0.9,
        tokens=indices,
        state=seen.state,
    )


def _print_of(words: Sequence[str], nth: int, tokens: PageTokens) -> tuple[int, ...]:
    texts = [token.text for token in tokens.tokens]
    starts = [
        start for start in range(len(texts)) if texts[start : start + len(words)] == list(words)
    ]
    return tuple(range(starts[nth], starts[nth] + len(words)))
