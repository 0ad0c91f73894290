"""The margin beside a page: pointer, value and confidence of each field, tied to its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import fontpkg_noto_sans
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from vouch.drawing.colours import COLOUR, MARK, Verdict
from vouch.schemas.geometry import Bbox

_SMALLEST, _LARGEST = 11, 64
_LONGEST_VALUE = 34
_NOWHERE = "\U0010ffff"  # in no font: drawn as the sign for a missing letter
_INK, _QUIET = (24, 24, 27), (100, 100, 108)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the legend; `box` is where the value begins on the page, in pixels."""

    number: int
    pointer: str
    value: str
    confidence: float | None
    verdict: Verdict
    box: Bbox | None

    @property
    def head(self) -> str:
        sure = "" if self.confidence is None else f"  {self.confidence:.2f}"
        return f"{MARK[self.verdict]} {self.pointer}{sure}"


def legend_width(page: tuple[int, int], rows: Sequence[Row]) -> int:
    """Pixels that the legend of a page of this size takes."""
    size = font_size(page[1], len(rows))
    font = _font(size)
    longest = max((font.getlength(text) for row in rows for text in _texts(row)), default=0.0)
    return round(max(longest, 16 * size) + 6.5 * size)


def font_size(height: int, rows: int) -> int:
    """As large as reads well on a page of this height, as small as all rows need."""
    roomy = height / 62
    fitting = height / (2.9 * (rows + 2))
    return round(min(max(min(roomy, fitting), _SMALLEST), _LARGEST))


def draw_legend(canvas: Image.Image, left: int, title: str, rows: Sequence[Row]) -> Image.Image:
    """The canvas with a title and the rows to the right of `left`; taller when it must be."""
    size = font_size(canvas.height, len(rows))
    step = 2.9 * size
    wanted = [None if row.box is None else row.box.centre[1] - 1.2 * size for row in rows]
    tops = spread(wanted, step, 3.2 * size, canvas.height - step)
    if tops and tops[-1] + step > canvas.height:
        canvas = _taller(canvas, round(tops[-1] + step))
    pen = ImageDraw.Draw(canvas)
    pen.text((left + 2 * size, size), title, _INK, _font(round(1.15 * size)))
    for row, top in zip(rows, tops, strict=True):
        _draw_row(pen, row, left, top, size)
    return canvas


def spread(wanted: Sequence[float | None], step: float, first: float, last: float) -> list[float]:
    """Tops of rows, in order: each as near to its wanted height as rows `step` apart allow.

    Rows that want no height follow the others. All lie between `first` and `last` when they fit.
    """
    tops: list[float] = []
    for want in wanted:
        lowest = tops[-1] + step if tops else first
        tops.append(lowest if want is None else max(want, lowest))
    limit = max(last, first + step * (len(tops) - 1))
    for index in reversed(range(len(tops))):
        tops[index] = min(tops[index], limit)
        limit = tops[index] - step
    return tops


def draw_number(pen: ImageDraw.ImageDraw, row: Row, middle: tuple[float, float], size: int) -> None:
    """A row's number on a plate of its colour, so that eyes find the way to it and back."""
    text, font = str(row.number), _font(size)
    x, y = middle
    half, high = font.getlength(text) / 2 + 0.25 * size, 0.6 * size
    pen.rounded_rectangle((x - half, y - high, x + half, y + high), size / 4, COLOUR[row.verdict])
    pen.text((x, y), text, "white", font, anchor="mm")


def _draw_row(pen: ImageDraw.ImageDraw, row: Row, left: int, top: float, size: int) -> None:
    colour = COLOUR[row.verdict]
    text_left = left + 4.4 * size
    middle = top + 1.2 * size
    if row.box is not None:
        tie = [(left, row.box.centre[1]), (left + size / 2, row.box.centre[1])]
        pen.line([*tie, (left + 2 * size, middle)], colour, max(1, size // 14))
    head, value = _texts(row)
    draw_number(pen, row, (left + 3 * size, middle), size)
    pen.text((text_left, top), head, colour, _font(round(0.85 * size)))
    pen.text((text_left, top + 1.1 * size), value, _INK if row.box else _QUIET, _font(size))


def _texts(row: Row) -> tuple[str, str]:
    value = " ".join(row.value.split())
    if not _is_drawable(value):
        value = "(printed in a script that this font lacks)"
    if len(value) > _LONGEST_VALUE:
        value = value[: _LONGEST_VALUE - 1] + "…"
    where = "" if row.box else "  (no place on the page)"
    return row.head, value + where


def _taller(canvas: Image.Image, height: int) -> Image.Image:
    taller = Image.new("RGB", (canvas.width, height), "white")
    taller.paste(canvas, (0, 0))
    return taller


def _is_drawable(text: str) -> bool:
    """Whether Noto Sans, which knows Latin, Greek and Cyrillic letters, has every letter."""
    font = _font(_SMALLEST)
    missing = bytes(font.getmask(_NOWHERE))
    return all(bytes(font.getmask(letter)) != missing for letter in set(text) - {" "})


@cache
def _font(size: int) -> FreeTypeFont:
    """Noto Sans from its package: no machine is asked for its own fonts."""
    return ImageFont.truetype(fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf", size)
