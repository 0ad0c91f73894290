"""Faces of letters that packages bring along, and how print heads set them."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import fontpkg_noto_sans
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.routing.brush import Picture

NARROW = (
    ("DejaVuSansMono", "DejaVuSansMono-Bold"),
    ("com_____", "cob_____"),
    ("DejaVuSansMono-Bold", "DejaVuSansMono-Bold"),
    ("cob_____", "cob_____"),
)
"""Every letter as wide as the next."""
FREE = (
    ("_a______", "_ab_____"),
    ("Vera", "VeraBd"),
    ("_er_____", "_eb_____"),
    ("noto 100 400", "noto 100 700"),
    ("noto 70 400", "noto 70 700"),
    ("noto 85 500", "noto 85 800"),
    ("DejaVuSerif", "DejaVuSerif-Bold"),
    ("STIXGeneral", "STIXGeneralBol"),
)
LOGOS = ("STIXGeneralBolIta", "_ebi____", "_abi____", "noto 62 900", "DejaVuSerif-Bold", "VeraBI")
_FOLDERS = {"matplotlib": "mpl-data/fonts/ttf", "reportlab": "fonts"}


@cache
def _loaded(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Of matplotlib, of reportlab, or Noto Sans with its width and weight."""
    if name.startswith("noto"):
        path = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"
        font = ImageFont.truetype(str(path), size)
        _, wide, heavy = name.split()
        axes = {"Weight": float(heavy), "Width": float(wide)}
        font.set_variation_by_axes(
            [axes[_said(axis["name"])] for axis in font.get_variation_axes()]
        )
        return font
    for package, folder in _FOLDERS.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise SystemExit("drawing needs the development dependencies: make setup-dev")
        for ending in ("ttf", "pfb"):
            path = Path(spec.origin).parent / folder / f"{name}.{ending}"
            if path.is_file():
                return ImageFont.truetype(str(path), size)
    raise ValueError(f"no face named {name!r}")


def _said(name: bytes | str | None) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


@dataclass(frozen=True, slots=True)
class Face:
    """Letters of one size."""

    font: ImageFont.FreeTypeFont

    @classmethod
    def of(cls, name: str, size: int) -> "Face":
        return cls(_loaded(name, size))

    def length(self, text: str) -> float:
        return float(self.font.getlength(text))

    @property
    def height(self) -> float:
        return float(sum(self.font.getmetrics()))

    def extent(self, text: str) -> tuple[float, float]:
        """Where the ink of a text begins and ends below its upper edge."""
        _, top, _, bottom = self.font.getbbox(text)
        return float(top), float(max(bottom, top + 1))

    def write(
        self, ink: Image.Image, at: tuple[float, float], text: str, stretch: tuple[float, float],
        strength: int,
    ) -> None:  # fmt: skip
        """Sets a text, stretched in both directions."""
        if stretch == (1.0, 1.0):
            ImageDraw.Draw(ink).text(at, text, font=self.font, fill=strength)
            return
        own = (max(round(self.length(text)), 1) + 2, round(self.height) + 4)
        mask = Image.new("L", own, 0)
        ImageDraw.Draw(mask).text((0, 0), text, font=self.font, fill=255)
        size = (max(round(own[0] * stretch[0]), 1), max(round(own[1] * stretch[1]), 1))
        ink.paste(strength, (round(at[0]), round(at[1])), mask.resize(size))


def printed_dots(ink: Picture, texture: str) -> Picture:
    """Ink as a head sets it: all or nothing at each dot, or needles with gaps between them."""
    if texture == "smooth":
        return ink
    _, hard = cv2.threshold(ink, 90, 255, cv2.THRESH_BINARY)
    if texture == "dots":
        return np.asarray(cv2.GaussianBlur(hard, (3, 3), 0.6), np.uint8)
    step = 3
    small = cv2.resize(ink, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    _, needles = cv2.threshold(small, 90, 255, cv2.THRESH_BINARY)
    size = (ink.shape[1], ink.shape[0])
    large = cv2.resize(needles, size, interpolation=cv2.INTER_NEAREST)
    large[::step] = large[::step] // 3
    large[:, ::step] = (large[:, ::step].astype(np.uint16) * 2 // 3).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(large, (3, 3), 0.8), np.uint8)
