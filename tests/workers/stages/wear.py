"""A printed page that the tests draw, and what happens to pages in pockets and cameras."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from vouch.schemas.geometry import Bbox, Transform
from vouch.schemas.text import PageTokens, Token
from vouch.workers.images import RgbImage

WORDS = (
    "MILK",
    "2.40",
    "Bread",
    "brown",
    "1.85",
    "TOTAL",
    "4.25",
    "Cash",
    "Change",
    "thank",
    "you",
)


def printed_page(
    width: int = 900,
    height: int = 1200,
    letter: int = 26,
    paper: int = 205,
    ink: int = 30,
    angle: float = 0.0,
) -> Image.Image:
    """Rows of words on plain paper; `letter` is the font size, `angle` in degrees, rising."""
    page = Image.new("RGB", (width, height), (paper, paper, paper))
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(letter)
    margin = 3 * letter
    for row, y in enumerate(range(margin, height - margin, int(letter * 1.6))):
        words = [WORDS[(row + column * 3) % len(WORDS)] for column in range(12)]
        x = float(margin)
        for word in words:
            reach = x + draw.textlength(word, font)
            if reach > width - margin:
                break
            draw.text((x, y), word, fill=(ink, ink, ink), font=font)
            x = reach + letter
    if angle == 0:
        return page
    return page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(paper, paper, paper))


def blurred(
    page: Image.Image, radius: float, part: tuple[int, int, int, int] | None = None
) -> Image.Image:
    """Out of focus, all of it or the part (left, top, right, bottom)."""
    soft = page.filter(ImageFilter.GaussianBlur(radius))
    if part is None:
        return soft
    worn = page.copy()
    worn.paste(soft.crop(part), part)
    return worn


def dimmed(page: Image.Image, factor: float) -> Image.Image:
    return page.point(lambda level: level * factor)


def faded(page: Image.Image, share: float) -> Image.Image:
    """Ink on its way to the colour of the paper."""
    paper = Image.new("RGB", page.size, page.getpixel((0, 0)))
    return Image.blend(page, paper, share)


def with_reflection(page: Image.Image, centre: tuple[int, int], radius: float) -> Image.Image:
    """A lamp's reflection: burnt out in the middle, fading outwards."""
    pixels = np.asarray(page).astype(float)
    rows, columns = np.mgrid[: page.height, : page.width]
    distance = np.hypot(columns - centre[0], rows - centre[1])
    light = np.clip(1.6 - 0.8 * distance / radius, 0, 1)[..., None]
    return Image.fromarray((pixels * (1 - light) + 255 * light).astype(np.uint8))


def pixels(page: Image.Image) -> RgbImage:
    return np.asarray(page)


def noisy(page: Image.Image, amount: float, seed: int = 5) -> Image.Image:
    """Sensor noise with a standard deviation of `amount` grey levels."""
    noise: NDArray[np.float64] = np.random.default_rng(seed).normal(
        0, amount, (page.height, page.width, 1)
    )
    return Image.fromarray(np.clip(np.asarray(page) + noise, 0, 255).astype(np.uint8))


def tokens_of(
    boxes: list[Bbox], width: int = 900, height: int = 1200, transform: Transform | None = None
) -> PageTokens:
    """Words of a page as OCR would give them, each a run of its own."""
    return PageTokens(
        page=1,
        width=width,
        height=height,
        turn=0,
        transform=transform or Transform(),
        tokens=tuple(
            Token(text="12.00", polygon=box.polygon, score=0.9, run=run)
            for run, box in enumerate(boxes)
        ),
        ocr_score=0.9 if boxes else None,
    )
