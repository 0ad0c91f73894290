"""What a support desk sorts by: kind, category, severity, application, system, what to do."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import get_args

from vouch.schemas.error_screenshot import Category, ErrorKind, Severity
from vouch.workers.stages.readers.error_screenshot.frames import is_frame
from vouch.workers.stages.readers.error_screenshot.phrases import Hit, phrasebook
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph, is_typed
from vouch.workers.stages.readers.error_screenshot.scene import Scene
from vouch.workers.stages.readers.error_screenshot.signposts import ALARMING
from vouch.workers.stages.readers.error_screenshot.speech import alarm, is_sentence
from vouch.workers.stages.rules.rows import Span

_CATEGORIES: Mapping[str, Category] = {name: name for name in get_args(Category)}
_BY_WORDS: tuple[Severity, ...] = ("critical", "warning", "info")
_PLAIN = 0.6
"""An alarm beyond is an error, whatever a title calls it."""
_SLIP = (0.5, 0.25)
"""Most of a screen's width and height that a toast's words take."""
_NEAR = 0.15
"""Share of a screen's height between a toast and its edge."""
_LEFT = 0.4
_HALF = 0.5
_FEW = 3
"""Other texts that stand on a form."""
_BUSY = 6
"""Texts that a screen shows besides."""
_SENTENCE = re.compile(r"(?:[^.!?。！？]|[.!?](?![\sA-Z]|$))+(?:[.!?。！？]+|$)")
_PROMPT = re.compile(r"^(?:PS )?[A-Z]:\\[^>]*>|^\S*[$#] \S|^\w+@[\w-]+:|^Traceback|^FullyQualified")
_FIELDS = re.compile(r"^\w[\w ]* ?: ?\S")
_CRASH = re.compile(
    r"ran into a problem|stop ?code|quit unexpectedly|kernel panic|stopped working|aw, ?snap"
    r"|needs to restart|unexpectedly (?:quit|closed|stopped)|keeps stopping|has stopped",
    re.IGNORECASE,
)
_BROWSER = re.compile(r"^\S{0,3} ?(?:https?:?//|www\.)|\b(?:HTTP|ERR_)\b")
_OWN_NAMES = re.compile(
    r"\b(?:Microsoft|Google|Adobe|Apple|Oracle|Mozilla|Amazon|SAP) [A-Z][\w+]*(?: [A-Z][\w+]*)?"
)


def kind_of(scene: Scene, page: tuple[int, int]) -> ErrorKind:
    """How the error is shown, by what stands around it. `page` is width and height, pixels."""
    texts = [one.text for one in scene.paragraphs]
    if (
        any(map(is_typed, texts))
        or any(map(_PROMPT.match, texts))
        or sum(map(is_frame, texts)) >= 2
        or _is_listing(scene)
    ):
        return "terminal"
    if any(map(_CRASH.search, texts)):
        return "crash"
    if is_toast(scene, page):
        return "toast"
    return "inline" if is_beside_field(scene) else _kind_by_shape(scene, page)


def is_beside_field(scene: Scene) -> bool:
    """Whether a message is printed in red on a screen that shows other things: beside a field."""
    others = sum(one not in scene.body for one in scene.paragraphs)
    tinted = any(kind == "ground" and hue in ALARMING for kind, hue in scene.colours)
    return scene.is_red and not tinted and others >= _FEW


def _kind_by_shape(scene: Scene, page: tuple[int, int]) -> ErrorKind:
    signed = any(kind == "sign" for kind, _ in scene.colours)
    if _is_strip(scene, page):
        return "banner" if scene.title or scene.buttons or signed else "inline"
    if _is_band(scene, page):
        return "banner"
    large = scene.title is not None and scene.title.height > 1.5 * scene.body[0].height
    above = [one.text for one in scene.paragraphs if one.box.bottom < scene.body[0].box.top]
    if large and any(map(_BROWSER.search, above)):
        return "page"
    if scene.buttons:
        return "dialog"
    return "page" if large else "inline"


def _is_band(scene: Scene, page: tuple[int, int]) -> bool:
    """A line or two on a ground of an alarming colour, near the top."""
    tinted = any(kind == "ground" and hue in ALARMING for kind, hue in scene.colours)
    rows = sum(len(one.fragments) for one in scene.body)
    return tinted and rows <= 2 and scene.told.top < _NEAR * page[1] and page[0] > page[1]


def _is_listing(scene: Scene) -> bool:
    """Lines of names and values, as consoles print them."""
    return sum(_FIELDS.match(one.text) is not None for one in scene.paragraphs) >= 5


def _is_strip(scene: Scene, page: tuple[int, int]) -> bool:
    rows = sum(len(one.fragments) for one in scene.body)
    beside = any(
        abs(one.box.centre[1] - scene.body[0].box.centre[1]) < scene.body[0].height / 2
        for one in scene.buttons
    )
    return rows <= 2 and (beside or page[0] > (6 if scene.buttons else 5) * page[1])


def is_toast(scene: Scene, page: tuple[int, int]) -> bool:
    """Whether it floats, small, near the upper or lower edge of a screen that shows other things.

    A line at the very edge is a status bar's, and one that begins at the upper left a banner's.
    """
    box, height = scene.box, scene.body[0].height
    width, length = page
    is_small = box.width < _SLIP[0] * width and box.height < _SLIP[1] * length
    others = sum(one.box.containment(box) < _HALF for one in scene.paragraphs)
    if not is_small or others < _BUSY:
        return False
    below = length - box.bottom
    is_low = height < below < _NEAR * length
    is_high = height < box.top < _NEAR * length and box.centre[0] > _LEFT * width
    return is_low or is_high


def category_of(scene: Scene) -> tuple[Category, tuple[Span, ...], float]:
    """What went wrong, the words that say so, and how plainly, 0 to 1.

    The message's words count double: titles name programs rather than causes.
    """
    parts = [(one, 2.0) for one in scene.body]
    if scene.title is not None:
        parts.append((scene.title, 2.0 if alarm(scene.title) > 0.3 else 0.5))
    votes: Counter[str] = Counter()
    for one, weight in parts:
        for hit in _telling(one.text):
            votes[hit.kind] += weight * len(hit.folded) ** 0.5
    if not votes:
        return "other", scene.anchor.spans, 0.3
    name, most = votes.most_common(1)[0]
    spans = tuple(
        span
        for one, _ in parts
        for hit in _telling(one.text)
        if hit.kind == name
        for span in one.spans_of(hit.start, hit.end)
    )
    return _CATEGORIES[name], spans, most / sum(votes.values())


def _telling(text: str) -> tuple[Hit, ...]:
    return phrasebook("category").find(text)


def severity_of(scene: Scene) -> tuple[Severity, tuple[Span, ...]]:
    """How bad it is by its own words; an error where they do not say."""
    parts = (*(() if scene.title is None else (scene.title,)), *scene.body)
    found = [(hit, one) for one in parts for hit in phrasebook("severity").find(one.text)]
    for severity in _BY_WORDS if alarm(scene.anchor) <= _PLAIN else _BY_WORDS[:1]:
        for hit, one in found:
            if hit.kind == severity:
                return severity, one.spans_of(hit.start, hit.end)
    return "error", scene.anchor.spans


def system_of(scene: Scene) -> tuple[str, tuple[Span, ...]] | None:
    """The operating system that some word on the picture names."""
    for one in scene.paragraphs:
        if hit := next(iter(phrasebook("os").find(one.text)), None):
            return hit.kind, one.spans_of(hit.start, hit.end)
    return None


def application_of(scene: Scene) -> tuple[str, tuple[Span, ...]] | None:
    """The program: a window's title that is no message itself, or the maker's name in a text."""
    title = scene.title
    if title is not None and scene.is_window and scene.buttons and _is_name(title):
        return title.reading, title.spans
    for one in chain(scene.body, (one for one in scene.paragraphs if one not in scene.body)):
        if match := _OWN_NAMES.search(one.text):
            return match[0], one.spans_of(*match.span())
    return None


def _is_name(title: Paragraph) -> bool:
    return alarm(title) < 0.3 and not is_sentence(title.text)


def action_of(body: Sequence[Paragraph]) -> tuple[str, tuple[Span, ...]] | None:
    """The first sentence that tells what to do, as printed."""
    for one in body:
        for match in _SENTENCE.finditer(one.text):
            text = match[0].strip()
            if len(text.split()) > 1 or not text.isascii():
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                if _tells(text):
                    return text, one.spans_of(start, start + len(text))
    return None


def _tells(sentence: str) -> bool:
    book = phrasebook("actions", "leads")
    return book.leads(sentence) or (not sentence.isascii() and bool(book.find(sentence)))
