"""Pages with planted secrets: what every style of screen and paper does to them, seeded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import fontpkg_noto_sans
import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from tests.redaction.styles import STYLES, Role, Row

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(slots=True)
class Planted:
    """A secret or a decoy, and the boxes that it was drawn in: one a line."""

    text: str
    role: Role
    boxes: list[Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page and all that is hidden on it."""

    picture: Image.Image
    style: str
    planted: tuple[Planted, ...]


_DARK = (((12, 12, 14), (204, 204, 204)), ((40, 42, 54), (248, 248, 242)))
_LIGHT = (((255, 255, 255), (20, 20, 20)), ((246, 248, 250), (36, 41, 47)))


def drawn_page(seed: int) -> DrawnPage:
    """The page of this seed."""
    rng = Random(seed)
    style = rng.choice(sorted(STYLES))
    look = STYLES[style]
    paper, ink = rng.choice(
        _DARK if style in ("terminal", "log") and rng.random() < 0.7 else _LIGHT
    )
    font = _font(rng.choice(look.fonts), rng.choice((15, 17, 20, 24)))
    rows = look.rows(rng)
    width = rng.choice((1000, 1200, 1440))
    sheet = _Sheet(width, font, paper, ink, wraps=look.wraps)
    for row in rows:
        sheet.write(row)
    return DrawnPage(sheet.picture(), style, tuple(sheet.planted))


class _Sheet:
    """A page that is written on, line by line."""

    def __init__(
        self,
        width: int,
        font: FreeTypeFont,
        paper: tuple[int, ...],
        ink: tuple[int, ...],
        *,
        wraps: bool,
    ) -> None:
        self._canvas = Image.new("RGB", (width, 3000), paper)
        self._pen = ImageDraw.Draw(self._canvas)
        self._font, self._ink, self._wraps = font, ink, wraps
        self._margin = 40
        self._x, self._y = float(self._margin), self._margin
        self._pitch = round(font.size * 1.5)
        self.planted: list[Planted] = []

    def write(self, row: Row) -> None:
        for bit in row:
            place = Planted(bit.text, bit.role)
            for piece in self._pieces(bit.text):
                self._draw(piece, place)
            if bit.role != "plain":
                self.planted.append(place)
        self._feed()

    def picture(self) -> Image.Image:
        return self._canvas.crop((0, 0, self._canvas.width, min(self._y + self._margin, 3000)))

    def _pieces(self, text: str) -> Sequence[str]:
        """What fits on this line, then on the following ones."""
        room = self._canvas.width - self._margin
        if self._x + self._font.getlength(text) <= room:
            return [text]
        if not self._wraps:
            self._feed()
            return [text]
        pieces, start = [], 0
        x = self._x
        for end in range(1, len(text) + 1):
            if x + self._font.getlength(text[start:end]) > room:
                pieces.append(text[start : end - 1])
                start, x = end - 1, self._margin
        return [*pieces, text[start:]]

    def _draw(self, piece: str, place: Planted) -> None:
        if self._x + self._font.getlength(piece) > self._canvas.width - self._margin:
            self._feed()
        if piece.strip():
            self._pen.text((self._x, self._y), piece, self._ink, self._font)
            box = self._font.getbbox(piece)
            left, top = self._x + box[0], self._y + box[1]
            place.boxes.append(
                (int(left), int(top), round(self._x + box[2]) + 1, round(self._y + box[3]) + 1)
            )
        self._x += self._font.getlength(piece)
        if self._wraps and piece != place.text and not place.text.endswith(piece):
            self._feed()

    def _feed(self) -> None:
        self._x, self._y = self._margin, self._y + self._pitch


@cache
def _font(name: str, size: int) -> FreeTypeFont:
    """A font that comes with a package: no machine is asked for its own."""
    if name == "NotoSans":
        return ImageFont.truetype(
            fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf", size
        )
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf", size)
