"""How surely a text says that something went wrong."""

from collections.abc import Sequence
from math import prod

from vouch.workers.stages.readers.error_screenshot.codes import codes_in
from vouch.workers.stages.readers.error_screenshot.phrases import Hit, phrasebook
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph

_WEIGHTS = {"plain": 0.65, "faint": 0.2, "calm": 0.0}
_SURE_CODE = 0.85
_LONG = 40
"""Words; longer texts hold words of trouble by chance."""
_SHORT = 10
"""Letters; "Failed" alone is a cell of a table."""


def trouble(text: str) -> tuple[Hit, ...]:
    """The words that speak of trouble, in their order."""
    return tuple(hit for hit in phrasebook("speech").find(text) if hit.kind != "calm")


def alarm(paragraph: Paragraph) -> float:
    """How surely a paragraph says that something went wrong, 0 to 1."""
    text = paragraph.text
    if is_label(text):
        return 0.0
    doubts = [1 - _WEIGHTS[hit.kind] for hit in trouble(text)]
    if any(code.strength >= _SURE_CODE for code in codes_in(text)):
        doubts.append(0.5)
    letters = sum(map(str.isalnum, text)) * (1 if text.isascii() else 2)
    brevity = 1.0 if letters >= _SHORT else 0.5
    return brevity * min(1.0, _LONG / max(len(text.split()), 1)) * (1 - prod(doubts))


def is_label(text: str) -> bool:
    """Whether buttons are labelled so. A full stop makes it a sentence."""
    return not is_stopped(text) and phrasebook("buttons", "labels").is_one(text)


def is_stopped(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return text.endswith((".", "!", "?", ":")) and not text.endswith("..")


def is_link(text: str) -> bool:
    """Whether a line leads elsewhere: "Learn more about …"."""
    return phrasebook("links", "leads").leads(text)


def is_sentence(text: str) -> bool:
    """Whether a text says something, rather than to name it."""
    words = text.split()
    wide = not text.isascii() and len(words) < 4 and len(text) >= 12
    stopped = is_stopped(text) and not text.endswith(":")
    return stopped or len(words) >= 5 or wide or text.endswith(("。", "！"))


def loudest(paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """The paragraph that says most surely what went wrong: a sentence where one does."""
    alarms = [alarm(paragraph) for paragraph in paragraphs]
    most = max(alarms, default=0.0)
    loud = [one for one, own in zip(paragraphs, alarms, strict=True) if own >= 0.6 * most > 0]
    sentences = (one for one in loud if is_sentence(one.text))
    return next(sentences, next(iter(loud), None))
