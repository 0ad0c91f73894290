"""Rows of text → a clean slip of paper, and where each word stands on it."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.sale import Cell, Row

PAPER_WIDTH = 900
MARGIN = 60
GREY = NDArray[np.uint8]
FONTS = (
    ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", 27),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", 29),
    ("DejaVuSansMono-Bold.ttf", "DejaVuSansMono-Bold.ttf", 26),
    ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", 29),
)
"""Faces that come with matplotlib, a development dependency: body, bold, size in pixels."""


@dataclass(frozen=True, slots=True)
class Inked:
    """One cell where it was printed: its box in pixels of the paper."""

    text: str
    pointer: str | None
    row: int
    box: tuple[float, float, float, float]


def _face(name: str, size: float) -> ImageFont.FreeTypeFont:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise SystemExit("rendering receipts needs the development dependencies: make setup")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / name), round(size))


def _left(cell: Cell, width: float, behind: float) -> float:
    at = MARGIN + cell.x * (PAPER_WIDTH - 2 * MARGIN)
    match cell.anchor:
        case "left":
            return at
        case "middle":
            return at - width / 2
        case "right":
            return at - width
        case "after":
            return behind


def _barcode(draw: ImageDraw.ImageDraw, top: float, seed: int) -> None:
    bars = np.random.default_rng(seed).integers(2, 7, size=96)
    x = (PAPER_WIDTH - int(bars.sum())) / 2
    for index, width in enumerate(bars.tolist()):
        if index % 2 == 0:
            draw.rectangle((x, top, x + width - 1, top + 80), fill=30)
        x += width


def typeset(rows: list[Row], seed: int) -> tuple[GREY, list[Inked]]:
    """Print `rows` on white paper: ink as luma (height, PAPER_WIDTH) and the cells' boxes."""
    body, bold, size = FONTS[seed % len(FONTS)]
    pitch = size * 1.5
    height = round(2 * MARGIN + pitch * (len(rows) + 1) + 80)
    paper = Image.new("L", (PAPER_WIDTH, height), 255)
    draw = ImageDraw.Draw(paper)
    inked: list[Inked] = []
    top = float(MARGIN)
    for number, row in enumerate(rows):
        behind = float(MARGIN)
        tallest = max((cell.size for cell in row), default=0.8)
        for cell in row:
            if cell.text == "-":
                draw.line((MARGIN, top + pitch / 2, PAPER_WIDTH - MARGIN, top + pitch / 2), 60, 2)
                continue
            font = _face(bold if cell.bold else body, size * cell.size)
            text = cell.text.strip()
            x = _left(cell, font.getlength(text), behind)
            draw.text((x, top), text, font=font, fill=25)
            box = draw.textbbox((x, top), text, font=font)
            inked.append(Inked(text, cell.pointer, number, box))
            behind = box[2] + size * 0.6
        top += pitch * tallest
    _barcode(draw, top + 20, seed)
    return np.asarray(paper), inked
