"""What the paragraphs of a page say of its kind: that something went wrong, or what to press."""

import math
from collections.abc import Sequence

from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph
from vouch.workers.stages.readers.error_screenshot.scene import paragraphs_on
from vouch.workers.stages.readers.error_screenshot.speech import alarm, is_label

_SHORT = 3
"""Words of most captions, cells and buttons."""


def sayings(layouts: Sequence[PageLayout]) -> dict[str, float]:
    """Measures of the paragraphs; nothing where there are none."""
    paragraphs = paragraphs_on(layouts)
    if not paragraphs:
        return {}
    count = len(paragraphs)
    return {
        "alarm": max(map(alarm, paragraphs)),
        "log_paragraphs": math.log(count),
        "labels": sum(is_label(one.text) for one in paragraphs) / count,
        "short_share": sum(map(_is_short, paragraphs)) / count,
    }


def _is_short(paragraph: Paragraph) -> bool:
    return len(paragraph.text.split()) <= _SHORT
