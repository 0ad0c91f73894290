"""Buttons: short labels that stand alone below a message, or behind it in its row."""

from collections.abc import Sequence

from vouch.schemas.geometry import Bbox
from vouch.workers.stages.readers.error_screenshot.frames import is_frame
from vouch.workers.stages.readers.error_screenshot.pieces import Fragment, Paragraph
from vouch.workers.stages.readers.error_screenshot.speech import is_label, is_link

_MOST_WORDS = 4
_MOST_LETTERS = 28
_REACH = 14.0
"""Text heights between a message, or all else above, and the row of its buttons."""
_OUTSIDE = 6.0
"""Text heights that a button may stand to the right of its message."""
_NEIGHBOURS = 16.0
"""Text heights between two buttons of a row."""


def find_buttons(
    title: Paragraph | None,
    body: Sequence[Paragraph],
    near: Sequence[Paragraph],
) -> tuple[Fragment, ...]:
    """In reading order. Known words anywhere in the dialog, others beside or instead of them."""
    own = body if title is None else (title, *body)
    single = [one.fragments[0] for one in near if one not in own and _could_be(one, body)]
    box = Bbox.union(one.box for one in own)
    beside = [one for one in single if _is_behind(one, body) or _is_at_end(one, box)]
    row = _row_below(single, body, near) or beside
    if not row:
        return ()
    whole = Bbox.union([box, *(one.box for one in row)])
    known = [one for one in single if one not in row and _is_known(one, whole)]
    found = dict.fromkeys((*row, *known))
    return tuple(sorted(found, key=lambda one: (round(one.box.centre[1] / 12), one.box.left)))


def _could_be(paragraph: Paragraph, body: Sequence[Paragraph]) -> bool:
    text = paragraph.text
    if len(paragraph.fragments) > 1 or paragraph.page != body[0].page:
        return False
    if is_label(text):
        return True
    is_name = len(text.split()) <= _MOST_WORDS and len(text) <= _MOST_LETTERS
    letters = sum(map(str.isalpha, text))
    plain = not text.endswith((":", ",", ";")) and (not text.endswith(".") or text.endswith(".."))
    return is_name and letters >= 2 and plain and not is_frame(text) and not is_link(text)


def _row_below(
    single: Sequence[Fragment], body: Sequence[Paragraph], near: Sequence[Paragraph]
) -> list[Fragment]:
    """The first row below the message that known buttons stand in; else the last of all."""
    message = Bbox.union(one.box for one in body)
    height = body[-1].height
    under = [one for one in single if one.box.centre[1] > message.bottom]
    known = [one for one in under if is_label(one.text) and _in_reach(one, message, height)]
    if known:
        first = min(known, key=lambda one: one.box.centre[1])
        most = message.right + _OUTSIDE * height
        return _neighbours(
            first, [one for one in under if is_label(one.text) or one.box.centre[0] < most]
        )
    last = max(under, key=lambda one: one.box.bottom, default=None)
    if last is None or not _ends(last, near, message, height):
        return []
    return _neighbours(last, under)


def _in_reach(one: Fragment, message: Bbox, height: float) -> bool:
    across = message.left - 5 * height < one.box.centre[0] < message.right + 16 * height
    return across and one.box.top - message.bottom < _REACH * height


def _neighbours(first: Fragment, under: Sequence[Fragment]) -> list[Fragment]:
    """The fragments of one row that stand no further apart than buttons do."""
    row = [first]
    rest = sorted(
        (one for one in under if one is not first and _same_row(one, first)),
        key=lambda one: abs(one.box.centre[0] - first.box.centre[0]),
    )
    for one in rest:
        white = min(
            max(one.box.left - other.box.right, other.box.left - one.box.right) for other in row
        )
        if white < _NEIGHBOURS * first.height:
            row.append(one)
    return row


def _same_row(one: Fragment, other: Fragment) -> bool:
    return abs(one.box.centre[1] - other.box.centre[1]) < 0.6 * max(one.height, other.height)


def _ends(one: Fragment, near: Sequence[Paragraph], message: Bbox, height: float) -> bool:
    """An unknown label must stand clear below everything else, under the message."""
    others = [other for other in near if other.fragments[0] is not one]
    above = [other for other in others if not _same_row(other.fragments[0], one)]
    lowest = max((other.box.bottom for other in above), default=message.bottom)
    clear = one.box.top - lowest >= 0.9 * height
    alone = sum(_same_row(other.fragments[0], one) for other in others) <= 3
    return clear and alone and _in_reach(one, message, height)


def _is_behind(one: Fragment, body: Sequence[Paragraph]) -> bool:
    """In the row of a message of one line, to its right: a banner's buttons."""
    message = body[-1]
    return (
        len(message.fragments) == 1
        and abs(one.box.centre[1] - message.box.centre[1]) < 0.5 * message.height
        and one.box.left > message.box.right
    )


def _is_at_end(one: Fragment, told: Bbox) -> bool:
    """A known label at the right of a message of several lines: a toast's button."""
    white = one.box.left - told.right
    level = told.top <= one.box.centre[1] <= told.bottom
    return level and 0 < white < _OUTSIDE * one.height and is_label(one.text)


def _is_known(one: Fragment, whole: Bbox) -> bool:
    margin = 3 * one.height
    across = whole.left - margin < one.box.centre[0] < whole.right + margin
    return across and whole.top < one.box.centre[1] < whole.bottom and is_label(one.text)
