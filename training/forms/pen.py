"""A sheet that is written on, and that keeps where every word stands."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import fontpkg_noto_sans
from PIL import Image, ImageDraw, ImageFont

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]
_TALLEST = 3600
_NOTO = "Noto"
_FACES = (
    ("DejaVuSans", "DejaVuSans-Bold"),
    ("DejaVuSansMono", "DejaVuSansMono-Bold"),
    ("DejaVuSerif", "DejaVuSerif-Bold"),
    ("STIXGeneral", "STIXGeneralBol"),
    (f"{_NOTO} 100 400", f"{_NOTO} 100 700"),
    (f"{_NOTO} 80 400", f"{_NOTO} 80 650"),
    (f"{_NOTO} 100 300", f"{_NOTO} 90 600"),
)
"""Plain and bold; of Noto Sans, how wide and how heavy."""
_WEIGHTS = (3, 1, 2, 2, 4, 3, 1)
_PAPERS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((255, 255, 255), (20, 20, 22), (110, 110, 115), (20, 70, 140)),
    ((255, 255, 255), (0, 0, 0), (70, 70, 70), (0, 0, 0)),
    ((250, 248, 240), (40, 35, 30), (120, 110, 100), (130, 40, 30)),
    ((238, 244, 250), (25, 35, 50), (95, 105, 120), (10, 90, 90)),
    ((245, 240, 205), (45, 40, 25), (115, 105, 75), (90, 60, 10)),
)
_GLASSES = (
    ((255, 255, 255), (30, 30, 34), (110, 112, 120), (0, 103, 192)),
    ((243, 244, 246), (20, 22, 28), (105, 110, 120), (90, 60, 200)),
    ((30, 31, 35), (232, 233, 237), (160, 163, 170), (120, 170, 250)),
    ((18, 18, 18), (240, 240, 240), (150, 150, 150), (30, 180, 100)),
    ((236, 233, 216), (0, 0, 0), (80, 80, 80), (20, 60, 170)),
    ((24, 30, 48), (215, 222, 240), (140, 150, 180), (240, 150, 60)),
)
"""Ground, ink, faint ink, accent."""


@cache
def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A face that comes with matplotlib, a development dependency, or Noto Sans."""
    if name.startswith(_NOTO):
        path = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"
        noto = ImageFont.truetype(path, size)
        width, weight = map(int, name.split()[1:])
        noto.set_variation_by_axes([weight, width])
        return noto
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise SystemExit("drawing needs the development dependencies: make setup-dev")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{name}.ttf"), size)


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is set."""

    plain: str
    bold: str
    size: int
    lead: float
    ground: Colour
    ink: Colour
    faint: Colour
    accent: Colour

    @property
    def is_dark(self) -> bool:
        return sum(self.ground) < 300


def drawn_look(rng: random.Random, *, is_screen: bool) -> Look:
    """Faces, sizes and colours by lot."""
    plain, bold = rng.choices(_FACES, _WEIGHTS)[0]
    if is_screen:
        plain, bold = rng.choice((_FACES[0], *_FACES[4:]))
    ground, ink, faint, accent = rng.choice(_GLASSES if is_screen else _PAPERS)
    size = rng.randint(14, 20) if is_screen else rng.randint(15, 26)
    return Look(plain, bold, size, rng.uniform(1.3, 1.75), ground, ink, faint, accent)


@dataclass(frozen=True, slots=True)
class Run:
    """A text on one row."""

    text: str
    box: Box
    font: ImageFont.FreeTypeFont

    def part(self, start: int, end: int) -> Box:
        """The box of some of its characters."""
        left = self.box[0] + self.font.getlength(self.text[:start])
        right = self.box[0] + self.font.getlength(self.text[:end])
        return (left, self.box[1], right, self.box[3])


@dataclass(frozen=True, slots=True)
class Printed:
    """A text on one row or several: the rows of a value, in order."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return " ".join(run.text for run in self.runs)

    @property
    def box(self) -> Box:
        return union([run.box for run in self.runs])

    def part(self, span: tuple[int, int] | None) -> Box:
        """The box of some of its characters; numbers are never broken between rows."""
        if span is None or len(self.runs) > 1:
            return self.box
        return self.runs[0].part(*span)


def union(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


@dataclass
class Sheet:
    """A page or a screen that is being drawn."""

    look: Look
    width: int
    image: Image.Image = field(init=False)
    words: list[Run] = field(default_factory=list)
    deepest: float = 0.0

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, _TALLEST), self.look.ground)
        self._draw = ImageDraw.Draw(self.image)

    @property
    def step(self) -> float:
        """From one row to the next."""
        return self.look.size * self.look.lead

    def font(self, scale: float = 1.0, *, bold: bool = False) -> ImageFont.FreeTypeFont:
        return face(self.look.bold if bold else self.look.plain, round(self.look.size * scale))

    def length(self, text: str, scale: float = 1.0, *, bold: bool = False) -> float:
        return self.font(scale, bold=bold).getlength(text)

    def write(
        self, x: float, y: float, text: str, *, scale: float = 1.0, bold: bool = False,
        ink: Colour | None = None, align: str = "left",
    ) -> Run:  # fmt: skip
        """A row of text that begins (ends, has its middle) at x."""
        font = self.font(scale, bold=bold)
        x -= font.getlength(text) * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        x = max(x, 2.0)
        self._draw.text((x, y), text, font=font, fill=ink or self.look.ink)
        _, top, _, bottom = font.getbbox(text or " ")
        run = Run(text, (x, y + top - 1, x + font.getlength(text), y + bottom + 1), font)
        self._keep_words(run)
        self.deepest = max(self.deepest, y + bottom)
        return run

    def lay(
        self, x: float, y: float, text: str, width: float, *, scale: float = 1.0,
        bold: bool = False, ink: Colour | None = None, align: str = "left",
    ) -> Printed:  # fmt: skip
        """A text in rows that are no wider; it begins, ends or has its middle at x."""
        runs = []
        for row in self.split(text, width, scale, bold=bold):
            runs.append(self.write(x, y, row, scale=scale, bold=bold, ink=ink, align=align))
            y += self.look.size * scale * 1.3
        return Printed(tuple(runs))

    def split(self, text: str, width: float, scale: float = 1.0, *, bold: bool) -> list[str]:
        rows = [""]
        for word in text.split(" "):
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and self.length(longer, scale, bold=bold) > width:
                rows.append(word)
            else:
                rows[-1] = longer
        return rows

    def rule(self, x: float, y: float, to_x: float, to_y: float, ink: Colour | None = None) -> None:
        self._draw.line((x, y, to_x, to_y), fill=ink or self.look.faint, width=1)
        self.deepest = max(self.deepest, to_y)

    def panel(
        self, box: Box, *, fill: Colour | None = None, edge: Colour | None = None, radius: float = 0
    ) -> None:
        """A box; text goes on top of it."""
        self._draw.rounded_rectangle(box, radius, fill=fill, outline=edge)
        self.deepest = max(self.deepest, box[3])

    def shade(self, share: float) -> Colour:
        """The ground with some ink in it."""
        pairs = zip(self.look.ground, self.look.ink, strict=True)
        red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
        return (red, green, blue)

    def tick(self, box: Box) -> None:
        """A hook in a box."""
        left, top, right, bottom = box
        wide, tall = right - left, bottom - top
        hook = [(left + 0.2 * wide, top + 0.5 * tall), (left + 0.42 * wide, top + 0.75 * tall),
                (left + 0.82 * wide, top + 0.25 * tall)]  # fmt: skip
        self._draw.line(hook, fill=self.look.ink, width=2, joint="curve")

    def disc(self, box: Box, fill: Colour) -> None:
        self._draw.ellipse(box, fill=fill)

    def cut(self, bottom: float) -> Image.Image:
        """The part that was used."""
        return self.image.crop((0, 0, self.width, min(round(bottom), _TALLEST)))

    def _keep_words(self, run: Run) -> None:
        at = 0
        for word in run.text.split(" "):
            if word:
                self.words.append(Run(word, run.part(at, at + len(word)), run.font))
            at += len(word) + 1
