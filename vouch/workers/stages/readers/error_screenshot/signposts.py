"""Which text a screen puts forward by signs, colours and places, whatever its words."""

from collections.abc import Sequence

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Hue, Mark, PageLayout
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph
from vouch.workers.stages.readers.error_screenshot.speech import is_label, is_link, is_sentence

ALARMING: tuple[Hue, ...] = ("red", "amber")
_BEFORE = 6.0
"""Text heights between a sign and the text behind it, or below it."""
_BUSY = 150
"""Words from which on a screen shows so much that its place says nothing of a text."""
_MANY = 40
"""The same for texts that nobody marks with buttons."""
_LONGEST = 12
_REACH = 14.0
"""Text heights between a message and its buttons."""


def marks_on(layouts: Sequence[PageLayout], page: int) -> tuple[Mark, ...]:
    return tuple(mark for layout in layouts if layout.page == page for mark in layout.marks)


def leads(mark: Mark, box: Bbox, height: float) -> bool:
    """Whether a sign stands before a text, or above it: signs behind it close windows."""
    sign, reach = mark.bbox, _BEFORE * height
    if mark.kind != "sign":
        return False
    before = -reach < sign.right - box.left < height
    level = box.top - height < sign.centre[1] < box.bottom + height
    above = -height < box.top - sign.bottom < reach and box.left - height < sign.centre[0]
    return (before and level) or (above and sign.centre[0] < box.right)


def coloured(mark: Mark, paragraph: Paragraph) -> bool:
    """Whether a text is printed in a mark's colour, or on it."""
    if mark.kind == "sign":
        return False
    return any(mark.bbox.containment(one.box) > 0.5 for one in paragraph.fragments)


def signposted(paragraphs: Sequence[Paragraph], marks: Sequence[Mark]) -> Paragraph | None:
    """The text that an alarming sign, or an alarming colour, puts forward; a sentence if it can."""
    told = [one for one in paragraphs if not is_label(one.text) and len(one.text) > 2]
    alarming = [mark for mark in marks if mark.hue in ALARMING]
    signed = [
        one for one in told if any(leads(mark, one.box, one.height) for mark in alarming)
    ] or [one for one in told if any(coloured(mark, one) for mark in alarming)]
    sentences = (one for one in signed if is_sentence(one.text))
    return next(sentences, next(iter(signed), None))


def prominent(paragraphs: Sequence[Paragraph], words: int) -> Paragraph | None:
    """The text that a screen is there for: a sentence above buttons, or else the longest one."""
    sentences = [one for one in paragraphs if is_sentence(one.text) and not is_link(one.text)]
    if words >= _BUSY or not sentences:
        return None
    answered = [one for one in sentences if any(_answers(two, one) for two in paragraphs)]
    if not answered and words >= _MANY:
        return None
    return max(answered or sentences, key=lambda one: min(len(one.text.split()), _LONGEST))


def _answers(label: Paragraph, sentence: Paragraph) -> bool:
    """Whether a label stands below a sentence as its button, or behind it."""
    if not is_label(label.text):
        return False
    below = label.box.top - sentence.box.bottom
    level = abs(label.box.centre[1] - sentence.box.centre[1]) < sentence.height
    return 0 < below < _REACH * sentence.height or (level and label.box.left > sentence.box.right)
