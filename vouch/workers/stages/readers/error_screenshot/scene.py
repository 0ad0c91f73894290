"""What a screen shows of an error: its title, its message and its buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Hue, Mark, PageLayout
from vouch.workers.stages.readers.error_screenshot.buttons import find_buttons
from vouch.workers.stages.readers.error_screenshot.codes import codes_in, is_detail
from vouch.workers.stages.readers.error_screenshot.fingerprint import masked
from vouch.workers.stages.readers.error_screenshot.frames import is_exception, is_frame
from vouch.workers.stages.readers.error_screenshot.pieces import (
    Fragment,
    Paragraph,
    fragments_of,
    is_field,
    is_typed,
    paragraphs_of,
)
from vouch.workers.stages.readers.error_screenshot.signposts import (
    coloured,
    leads,
    marks_on,
    prominent,
    signposted,
)
from vouch.workers.stages.readers.error_screenshot.speech import (
    alarm,
    is_label,
    is_link,
    is_sentence,
    is_stopped,
    loudest,
)
from vouch.workers.stages.readers.error_screenshot.titles import choose_title, is_heading

_BELOW = 3.2
"""Most white before a paragraph that still belongs to the message, in text heights."""
_ABOVE = 2.2
_NAME = 4
"""Most words of an unknown button."""
_PLAIN = 0.5
"""An alarm from which on words alone say which text is the message."""
_SAME_SIZE = 1.4
_LEGIBLE = 0.6
"""Mean OCR score below which a text is guessed rather than read."""
_ADDRESS = re.compile(r"\S*https?:|\S*\bwww\.")


@dataclass(frozen=True, slots=True)
class Scene:
    """The parts of the picture that are about the error."""

    paragraphs: tuple[Paragraph, ...]
    """All of the picture."""
    anchor: Paragraph
    """What says most surely that something went wrong."""
    title: Paragraph | None
    body: tuple[Paragraph, ...]
    """The message."""
    buttons: tuple[Fragment, ...]
    is_window: bool
    """Whether the title stands over all else: a window's own."""
    colours: frozenset[tuple[str, Hue]] = frozenset()
    """Of its words and their grounds, and of signs before them: kinds of marks with their hues."""
    is_red: bool = False
    """Whether the message itself is printed in red."""

    @property
    def told(self) -> Bbox:
        """Around title and message."""
        title = () if self.title is None else (self.title,)
        return Bbox.union(one.box for one in (*title, *self.body))

    @property
    def box(self) -> Bbox:
        return Bbox.union([self.told, *(one.box for one in self.buttons)])


def paragraphs_on(layouts: Sequence[PageLayout]) -> tuple[Paragraph, ...]:
    """Everything that is printed; labels of buttons and frames of stacks by themselves."""
    alone: list[Fragment] = []
    running: list[Fragment] = []
    fragments = fragments_of(layouts)
    is_shell = any(is_typed(one.text) for one in fragments)
    for one in fragments:
        is_alone = is_shell or is_label(one.text) or is_frame(one.text)
        (alone if is_alone else running).append(one)
    merged = (*paragraphs_of(running), *(Paragraph((one,)) for one in alone))
    legible = (one for one in merged if _is_legible(one))
    return tuple(sorted(legible, key=lambda one: (one.page, one.box.top, one.box.left)))


def _is_legible(paragraph: Paragraph) -> bool:
    scores = [word.score for fragment in paragraph.fragments for word in fragment.words]
    return sum(scores) >= _LEGIBLE * len(scores)


def read_scene(layouts: Sequence[PageLayout]) -> Scene | None:
    """The error that the picture shows most plainly; None where nothing is printed."""
    paragraphs = paragraphs_on(layouts)
    plain = [one for one in paragraphs if not _is_aside(one)]
    anchor = _thrown(plain) or _put_forward(plain, layouts) or loudest(paragraphs)
    if anchor is None:
        return None
    near = tuple(one for one in paragraphs if one.page == anchor.page)
    column = [one for one in near if _overlap(one, anchor)]
    title, body = _told(anchor, column, near)
    if not body:
        return None
    buttons = find_buttons(title, body, near)
    is_window = title is not None and _is_topmost(title, near)
    marks = marks_on(layouts, anchor.page)
    is_red = any(
        (mark.kind, mark.hue) == ("ink", "red") and coloured(mark, body[0]) for mark in marks
    )
    colours = _colours(title, body, marks)
    return Scene(paragraphs, anchor, title, body, buttons, is_window, colours, is_red)


def _colours(
    title: Paragraph | None, body: Sequence[Paragraph], marks: Sequence[Mark]
) -> frozenset[tuple[str, Hue]]:
    parts = (*(() if title is None else (title,)), *body)
    boxes = [Bbox.union(one.box for one in parts), *(one.box for one in parts)]
    return frozenset(
        (mark.kind, mark.hue)
        for mark in marks
        if any(leads(mark, box, body[0].height) for box in boxes)
        or any(coloured(mark, one) for one in parts)
    )


def _put_forward(
    paragraphs: Sequence[Paragraph], layouts: Sequence[PageLayout]
) -> Paragraph | None:
    """What its words, its sign or its place say is the message: plain words are the surest."""
    loud = loudest(paragraphs)
    if loud is not None and alarm(loud) >= _PLAIN:
        return loud
    signed = (
        signposted([one for one in paragraphs if one.page == layout.page], layout.marks)
        for layout in layouts
    )
    words = sum(len(layout.tokens.tokens) for layout in layouts)
    return next(filter(None, signed), None) or loud or prominent(paragraphs, words)


def _thrown(paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """The line that names the exception of a stack trace: below the frames in Python's."""
    texts = [one.text for one in paragraphs]
    thrown = [one for one, text in zip(paragraphs, texts, strict=True) if is_exception(text)]
    if not thrown or not any(map(is_frame, texts)):
        return None
    return thrown[-1] if any(text.startswith("Traceback") for text in texts) else thrown[0]


def _told(
    anchor: Paragraph, column: Sequence[Paragraph], near: Sequence[Paragraph]
) -> tuple[Paragraph | None, tuple[Paragraph, ...]]:
    """Title and message: the anchor is either the heading of the message, or part of it."""
    behind = next((one for one in near if _is_behind(one, anchor)), None)
    if behind is not None and is_heading(anchor, behind):
        return anchor, (behind,)
    below = [one for one in column if one.box.top >= anchor.box.centre[1] and one is not anchor]
    following = next((one for one in below if not _is_chrome(one)), None)
    if following is not None and is_heading(anchor, following):
        return anchor, _grown((following,), below[below.index(following) + 1 :])
    above = [one for one in column if one.box.bottom <= anchor.box.centre[1]]
    body = _grown(_preceded(anchor, above), below)
    return choose_title(body, near), body


def _grown(body: tuple[Paragraph, ...], below: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The message with the paragraphs that go on with it."""
    for one in below:
        last = body[-1]
        if one.box.top - last.box.bottom > _BELOW * last.height or _is_end(one):
            break
        if _is_name_after(one, last):
            break
        if _same_size(one, last) and _is_under(one, body):
            body = (*body, one)
    return body


def _is_name_after(one: Paragraph, last: Paragraph) -> bool:
    """A few words without a stop below a finished sentence: a button's, whatever they say."""
    is_finished = is_stopped(last.text) and not last.text.endswith(":")
    return is_finished and len(one.text.split()) <= _NAME and not is_stopped(one.text)


def _is_under(one: Paragraph, body: Sequence[Paragraph]) -> bool:
    """Below a message, in its column."""
    left, right = min(part.box.left for part in body), max(part.box.right for part in body)
    shared = min(one.box.right, right) - max(one.box.left, left)
    return one.box.top >= body[-1].box.centre[1] and shared > 0.5 * one.box.width


def _preceded(anchor: Paragraph, above: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The anchor with the sentences before it."""
    body: tuple[Paragraph, ...] = (anchor,)
    for one in reversed(above):
        white = body[0].box.top - one.box.bottom
        if white > _ABOVE * anchor.height or not _same_size(one, anchor) or _is_chrome(one):
            break
        if not is_sentence(one.text) or _is_end(one):
            break
        body = (one, *body)
    return body


def _same_size(one: Paragraph, other: Paragraph) -> bool:
    return max(one.height, other.height) <= _SAME_SIZE * min(one.height, other.height)


def _is_end(paragraph: Paragraph) -> bool:
    """What ends a message: links, details, buttons, stacks, a line for technicians."""
    text = paragraph.text
    return (
        is_label(text)
        or is_link(text)
        or is_detail(text)
        or is_frame(text)
        or (is_field(text) and not is_sentence(text))
        or _is_technical(paragraph)
        or _ADDRESS.match(text) is not None
    )


def _is_technical(paragraph: Paragraph) -> bool:
    """Led by a code: for those who look it up, not for those who read the message."""
    return any(code.start <= 1 and code.strength > 0.92 for code in codes_in(paragraph.text))


def _is_aside(paragraph: Paragraph) -> bool:
    return _is_technical(paragraph) or _is_chrome(paragraph)


def _is_chrome(paragraph: Paragraph) -> bool:
    """Addresses, accounts, files: what stands around a message on many screens."""
    text = paragraph.text
    return _ADDRESS.match(text) is not None or masked(text).strip(" .#") == ""


def _is_behind(one: Paragraph, anchor: Paragraph) -> bool:
    """In the same row, to the right."""
    white = one.box.left - anchor.box.right
    level = abs(one.box.centre[1] - anchor.box.centre[1]) < 0.5 * anchor.height
    return level and 0 <= white < 4 * anchor.height


def _overlap(one: Paragraph, anchor: Paragraph) -> bool:
    margin = 3 * anchor.height
    return one.box.left < anchor.box.right + margin and anchor.box.left - margin < one.box.right


def _is_topmost(title: Paragraph, near: Sequence[Paragraph]) -> bool:
    return all(one.box.bottom >= title.box.centre[1] for one in near if len(one.text) > 1)


def said(scene: Scene, words: int) -> float:
    """How surely words say that something went wrong, 0 to 1. A full screen needs plainer ones."""
    parts = (*scene.body, *(() if scene.title is None else (scene.title,)))
    doubt = 1.0
    for part in parts:
        doubt *= 1 - alarm(part)
    plain = alarm(scene.anchor)
    return max(plain, 1 - doubt) if words < 150 else plain
