"""A settings page, drawn by hand: every box on it is known."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import Line, PageTokens, Token
from vouch.schemas.ui import Role
from vouch.workers.images import RgbImage
from vouch.workers.stages.segment import group_lines

Corners = tuple[int, int, int, int]


@dataclass(slots=True)
class Drawn:
    """A screen of 800 × 600 pixels: what is on it, and what is printed on it."""

    canvas: Image.Image = field(default_factory=lambda: Image.new("RGB", (800, 600), "#f7f7f7"))
    tokens: list[Token] = field(default_factory=list)
    boxes: list[tuple[Role, Corners]] = field(default_factory=list)

    @property
    def image(self) -> RgbImage:
        return np.asarray(self.canvas)

    @property
    def words(self) -> PageTokens:
        return PageTokens(
            page=1,
            width=800,
            height=600,
            turn=0,
            transform=Transform.from_upright(0, 800, 600),
            tokens=tuple(self.tokens),
            ocr_score=0.95,
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        return group_lines(self.words)

    def write(self, x: int, y: int, text: str, colour: str = "#222222", size: int = 16) -> Corners:
        """Words from x on, in boxes as OCR draws them: a little larger than their letters."""
        font, pen = ImageFont.load_default(size), ImageDraw.Draw(self.canvas)
        at, run = float(x), len({token.run for token in self.tokens})
        for word in text.split():
            left, top, right, bottom = pen.textbbox((at, y), word, font)
            pen.text((at, y), word, colour, font)
            box = Bbox(left=left - 1, top=top - 2, right=right + 1, bottom=bottom + 2)
            self.tokens.append(Token(text=word, polygon=box.polygon, score=0.95, run=run))
            at += pen.textlength(f"{word} ", font)
        return x, y, round(at), y + round(1.3 * size)

    def button(self, x: int, y: int, text: str) -> None:
        wide = round(ImageFont.load_default(16).getlength(text)) + 36
        box = (x, y, x + wide, y + 36)
        ImageDraw.Draw(self.canvas).rounded_rectangle(box, 5, fill="#2563c9")
        self.write(x + 18, y + 8, text, "#ffffff")
        self.boxes.append(("button", box))

    def field(self, x: int, y: int, label: str, text: str) -> None:
        self.write(x, y, label)
        box = (x, y + 24, x + 300, y + 60)
        pen = ImageDraw.Draw(self.canvas)
        pen.rounded_rectangle(box, 4, fill="#ffffff", outline="#9a9a9a")
        self.write(x + 12, y + 32, text)
        self.boxes.append(("input", box))

    def mark(self, x: int, y: int, label: str, *, ticked: bool) -> None:
        box = (x, y, x + 17, y + 17)
        pen = ImageDraw.Draw(self.canvas)
        if ticked:
            pen.rounded_rectangle(box, 3, fill="#2563c9")
            pen.line([(x + 4, y + 9), (x + 7, y + 12), (x + 13, y + 5)], fill="#ffffff", width=2)
        else:
            pen.rounded_rectangle(box, 3, fill="#ffffff", outline="#777777")
        self.write(x + 26, y - 1, label)
        self.boxes.append(("checkbox", box))

    def link(self, x: int, y: int, text: str) -> None:
        box = self.write(x, y, text, "#1a55c4")
        pen = ImageDraw.Draw(self.canvas)
        right = round(x + pen.textlength(text, ImageFont.load_default(16)))
        pen.line([(x, y + 19), (right, y + 19)], fill="#1a55c4")
        self.boxes.append(("link", (x, box[1], right, box[3])))


def settings_page() -> Drawn:
    """Two fields, two marks, two buttons, one link, and words that are nothing."""
    page = Drawn()
    page.write(60, 40, "Account", size=28)
    page.write(60, 90, "Changes are kept for everybody who works here.")
    page.field(60, 130, "Display name", "Harbour Bakery")
    page.field(60, 210, "Street", "Quay 7")
    page.mark(60, 300, "Send me a copy", ticked=True)
    page.mark(60, 336, "Share statistics", ticked=False)
    page.button(60, 390, "Save")
    page.button(180, 390, "Cancel")
    page.link(60, 460, "Terms of use")
    return page
