"""Paper and pen for drawn screens. Lengths are pixels at scale 1."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import fontpkg_noto_sans
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

Colour = tuple[int, int, int]
Sign = Literal["stop", "warning", "calm", "done"] | None
SIGNS: dict[Sign, Colour] = {
    "stop": (214, 60, 50),
    "warning": (250, 176, 30),
    "calm": (40, 110, 210),
    "done": (40, 150, 80),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a window."""

    ground: Colour
    ink: Colour
    bar: Colour
    bar_ink: Colour
    button: Colour
    button_ink: Colour


class Sheet:
    """A picture that grows downwards as text is set on it. Lengths are pixels at scale 1."""

    def __init__(self, width: float, height: float, scale: float, ground: Colour) -> None:
        size = (round(width * scale), round(height * scale))
        self.picture = Image.new("RGB", size, ground)
        self.scale = scale
        self._pen = ImageDraw.Draw(self.picture)

    def box(self, left: float, top: float, width: float, height: float, fill: Colour) -> None:
        corners = [left, top, left + width, top + height]
        self._pen.rectangle([round(edge * self.scale) for edge in corners], fill=fill)

    def sign(self, left: float, top: float, size: float, sign: Sign) -> None:
        """A disc with a cross, a triangle, a disc: without letters, which OCR would read."""
        if sign is None:
            return
        near, far = self._scaled(left, top), self._scaled(left + size, top + size)
        if sign == "warning":
            peak = ((near[0] + far[0]) // 2, near[1])
            self._pen.polygon([peak, far, (near[0], far[1])], fill=SIGNS[sign])
            return
        self._pen.ellipse([near, far], fill=SIGNS[sign])
        if sign == "stop":
            inner = self._scaled(left + 0.3 * size, top + 0.3 * size)
            outer = self._scaled(left + 0.7 * size, top + 0.7 * size)
            thick = max(round(0.1 * size * self.scale), 1)
            self._pen.line([inner, outer], fill=(255, 255, 255), width=thick)
            self._pen.line(
                [(inner[0], outer[1]), (outer[0], inner[1])], fill=(255, 255, 255), width=thick
            )

    def _scaled(self, left: float, top: float) -> tuple[int, int]:
        return round(left * self.scale), round(top * self.scale)

    def text(self, left: float, top: float, text: str, size: float, ink: Colour) -> None:
        at = (round(left * self.scale), round(top * self.scale))
        self._pen.text(at, text, font=_font(round(size * self.scale)), fill=ink)

    def long_text(
        self, left: float, top: float, width: float, text: str, size: float, ink: Colour
    ) -> float:
        """Wrapped at spaces; gives the lower edge."""
        for line in wrapped(text, size, width):
            self.text(left, top, line, size, ink)
            top += 1.4 * size
        return top

    def button(self, right: float, top: float, label: str, theme: Theme) -> float:
        """Gives its left edge."""
        width = max(length(label, 12) + 24, 72)
        self.box(right - width, top, width, 24, theme.button)
        left = right - width / 2 - length(label, 12) / 2
        self.text(left, top + 3, label, 12, theme.button_ink)
        return right - width


def wrapped(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and length(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def length(text: str, size: float) -> float:
    return _font(100).getlength(text) * size / 100


@cache
def _font(size: int) -> FreeTypeFont:
    return ImageFont.truetype(fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf", size)
