"""What masking leaves of planted secrets: on the page, in the record, and for OCR to read again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.redaction.pages import DrawnPage, Planted
from vouch.schemas.record import Record
from vouch.schemas.text import PageTokens
from vouch.workers.images import RgbImage
from vouch.workers.stages.redacting.painting import MASK

_INK = 40
"""How far a pixel's channel is from the paper's where something is printed."""
_DECOY_LOST = 0.3
"""Share of a decoy's ink from which it counts as masked."""
_LONGEST_REST = 7
"""Characters of a secret in a row that may be read by chance, or that say nothing."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one planted thing."""

    page: int
    planted: Planted
    ink: int
    """Pixels that printed it."""
    left: int
    """Of those, the ones that are not of the mask's colour."""
    is_read_again: bool = False
    is_in_record: bool = False

    @property
    def is_gone(self) -> bool:
        return self.left == 0 and not self.is_read_again and not self.is_in_record

    @property
    def is_lost(self) -> bool:
        """For a decoy: whether it was masked."""
        return self.left < (1 - _DECOY_LOST) * self.ink


def fates(
    number: int, drawn: DrawnPage, shown: RgbImage, record: Record, read: PageTokens
) -> list[Fate]:
    """What became of everything that was planted on a page; `read` is OCR of the masked page."""
    before = np.asarray(drawn.picture)
    said, read_again = (
        _squeezed(record.model_dump_json()),
        _squeezed(" ".join(t.text for t in read.tokens)),
    )
    made = []
    for one in drawn.planted:
        is_secret = one.role != "decoy"
        ink, left = _ink(before, shown, one.boxes)
        made.append(
            Fate(
                number,
                one,
                ink,
                left,
                is_read_again=is_secret and _is_in(one.text, read_again),
                is_in_record=is_secret and _is_in(one.text, said),
            )
        )
    return made


def _ink(
    before: RgbImage, after: RgbImage, boxes: Sequence[tuple[int, int, int, int]]
) -> tuple[int, int]:
    printed = left = 0
    paper = before[0, 0].astype(int)
    for x, y, right, bottom in boxes:
        ink: NDArray[np.bool_] = (np.abs(before[y:bottom, x:right].astype(int) - paper) > _INK).any(
            axis=2
        )
        masked = (after[y:bottom, x:right] == MASK).all(axis=2)
        printed += int(ink.sum())
        left += int((ink & ~masked).sum())
    return printed, left


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _is_in(secret: str, text: str) -> bool:
    """Whether a text says a secret, or so long a piece of it that it helps."""
    plain = _squeezed(secret.partition("@")[0])  # domains stand elsewhere too
    length = min(len(plain), max(_LONGEST_REST, len(plain) * 3 // 4))
    return any(plain[at : at + length] in text for at in range(len(plain) - length + 1))
