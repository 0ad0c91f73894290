"""The text layer of a PDF page: whether it can be believed, and its words as tokens."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from vouch.schemas.document import EmbeddedText, Page
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Token

_LEAST_LETTERS = 12
"""A layer with fewer characters is a stamp or a page number over a scan."""
_LEAST_READABLE = 0.9
"""Share of characters that must be ones that documents print."""
_PAGE_PICTURE = 0.6
"""A picture over more of the page than this, with text on it, is a scan: its layer is somebody
else's OCR, of unknown quality."""
_LEAST_PICTURE = 0.004
"""Smaller pictures, as a share of the page, are icons and rules."""


def layer_tokens(page: Page) -> tuple[Token, ...]:
    """The layer's words with score 1.0 and their exact boxes; none when it cannot be believed.

    Not believed: hardly any text, mis-encoded text (replacement and private-use characters, control
    codes), and the layer under a scan.
    """
    words = [word for word in page.embedded_text if word.text.strip() and word.bbox.area > 0]
    if not _reads_well(words) or _is_scan(page):
        return ()
    return tuple(
        Token(text=word.text.strip(), polygon=word.bbox.polygon, score=1.0, run=run)
        for word, run in zip(words, _runs(words), strict=True)
    )


def pictures_to_read(page: Page, layer: Sequence[Token]) -> tuple[Bbox, ...]:
    """The page's pictures that are large enough to hold text and have none of the layer's."""
    least = _LEAST_PICTURE * page.width * page.height
    whole = Bbox(left=0, top=0, right=page.width, bottom=page.height)
    return tuple(
        picture
        for picture in page.pictures
        if picture.intersection(whole) >= least
        and not any(token.bbox.containment(picture) > 0.5 for token in layer)
    )


def _reads_well(words: Sequence[EmbeddedText]) -> bool:
    text = "".join(word.text for word in words)
    readable = sum(_is_printed(char) for char in text)
    return len(text) >= _LEAST_LETTERS and readable >= _LEAST_READABLE * len(text)


def _is_printed(char: str) -> bool:
    """Whether a document would print this: no replacement, private-use, control or lone code."""
    category = unicodedata.category(char)
    return char != "\N{REPLACEMENT CHARACTER}" and category[0] != "C"


def _is_scan(page: Page) -> bool:
    area = float(page.width * page.height)
    covered = (
        sum(word.bbox.containment(picture) > 0.5 for word in page.embedded_text)
        / max(len(page.embedded_text), 1)
        for picture in page.pictures
        if picture.area > _PAGE_PICTURE * area
    )
    return any(share > 0.5 for share in covered)


def _runs(words: Sequence[EmbeddedText]) -> list[int]:
    """Words that follow one another on a row, a space apart, share a run, as OCR's words do."""
    runs: list[int] = []
    for index, word in enumerate(words):
        if index == 0:
            runs.append(0)
            continue
        before, box = words[index - 1].bbox, word.bbox
        height = float(np.mean([before.height, box.height]))
        follows = -0.5 * height < box.left - before.right < 0.8 * height
        level = abs(box.centre[1] - before.centre[1]) < 0.5 * height
        runs.append(runs[-1] if follows and level else runs[-1] + 1)
    return runs
