"""Titles: of windows, of pages, of messages."""

from collections.abc import Sequence

from vouch.workers.stages.readers.error_screenshot.fingerprint import masked
from vouch.workers.stages.readers.error_screenshot.frames import is_frame
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph
from vouch.workers.stages.readers.error_screenshot.speech import (
    alarm,
    is_label,
    is_link,
    is_sentence,
)

_MOST_WORDS = 12
_LARGER = 1.12
_FAR = 8.0
"""Text heights: what stands higher over a message is no heading of it."""


def is_heading(heading: Paragraph, below: Paragraph) -> bool:
    """Whether a paragraph heads the one below it."""
    text = heading.text
    if len(heading.fragments) > 2 or len(text.split()) > _MOST_WORDS or text.endswith((".", ":")):
        return False
    if is_label(below.text) or is_link(below.text) or is_frame(below.text):
        return False
    larger = heading.height >= _LARGER * below.height
    return is_sentence(below.text) and (larger or len(text.split()) <= 6)


def choose_title(body: Sequence[Paragraph], near: Sequence[Paragraph]) -> Paragraph | None:
    """The title that a message stands under; None where it stands alone."""
    beside = [one for one in near if _is_beside(one, body[0])]
    above = [one for one in near if one.box.bottom <= body[0].box.top + 0.3 * body[0].height]
    above.sort(key=lambda one: -one.box.bottom)
    ranked = [
        (_score(one, rank, body, above), one)
        for rank, one in enumerate(one for one in above if _may_be(one, body[0], near))
    ]
    ranked += [(2.0 + alarm(one), one) for one in beside]
    best = max(ranked, key=lambda scored: scored[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _may_be(one: Paragraph, message: Paragraph, near: Sequence[Paragraph]) -> bool:
    text = one.text
    margin = 6 * message.height
    in_reach = one.box.left < message.box.right and message.box.left - margin < one.box.right
    return (
        in_reach
        and len(one.fragments) <= 2
        and len(text.split()) <= _MOST_WORDS
        and sum(map(str.isalnum, text)) >= 2
        and not text.endswith((".", ","))
        and not masked(text).endswith("#")
        and not is_frame(text)
        and sum(_share_row(one, other) for other in near) < 2
    )


def _score(
    one: Paragraph, rank: int, body: Sequence[Paragraph], above: Sequence[Paragraph]
) -> float:
    """Larger, nearer, topmost and telling texts are likelier to be the title."""
    message = body[0]
    white = (message.box.top - one.box.bottom) / message.height
    is_topmost = all(other.box.bottom >= one.box.centre[1] for other in above if other is not one)
    larger = min(one.height / message.height, 1.5) - 1.0
    score = 0.9 + 2.5 * max(larger - 0.05, 0.0) - 0.6 * rank + 1.5 * alarm(one)
    score += 0.8 if is_topmost else 0.0
    score -= 1.2 if white > _FAR and not is_topmost and larger < 0.5 else 0.0
    score -= 0.5 if one.text.endswith(":") else 0.0
    return score - (1.0 if is_label(one.text) and larger < 0.2 else 0.0)


def _share_row(one: Paragraph, other: Paragraph) -> bool:
    return (
        other is not one
        and abs(other.fragments[0].box.centre[1] - one.box.centre[1]) < 0.5 * one.height
        and len(other.text) > 1
    )


def _is_beside(one: Paragraph, message: Paragraph) -> bool:
    """A heading in the message's row, before it."""
    white = message.box.left - one.box.right
    return (
        abs(one.box.centre[1] - message.box.centre[1]) < 0.5 * message.height
        and 0 <= white < 4 * message.height
        and (one.text.isupper() or alarm(one) > 0.3)
        and len(one.text.split()) <= 6
        and not one.text.endswith(":")
    )
