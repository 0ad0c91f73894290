"""A settings form, a list with actions, an order: drawn with random words, sizes and colours."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vouch.workers.images import RgbImage

Box = tuple[float, float, float, float]
FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "LiberationSans-Regular.ttf", "DejaVuSerif.ttf")
NAMES = (
    "Anna Schmidt",
    "Bernd Maier",
    "Carla Rossi",
    "David Novak",
    "Elena Petrova",
    "Farid Haddad",
)
BUTTONS = ("Save", "Cancel", "Submit", "Delete", "Export", "Sign in", "Log out", "Upload file")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "Customer": NAMES,
    "Status": ("Active", "Pending", "Closed", "On hold"),
    "Order number": ("A-10482", "B-77310", "C-20991"),
    "Email": ("anna@example.org", "office@example.com", "desk@example.net"),
    "Total": ("129.90", "48.00", "1,204.50"),
    "Due date": ("2024-03-01", "2025-11-30", "2026-07-15"),
    "Phone": ("+49 30 555 0199", "+33 1 55 50 01 99"),
    "Plan": ("Premium", "Basic", "Enterprise"),
}


@dataclass
class Picture:
    """A canvas that keeps where every label was drawn."""

    rng: random.Random
    image: Image.Image
    dark: bool
    size: int
    boxes: dict[str, list[Box]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def pixels(self) -> RgbImage:
        return np.asarray(self.image)

    def write(self, x: float, y: float, text: str, *, bold: bool = False) -> Box:
        """Text with its upper left corner there; its box."""
        face = FACES[1] if bold else FACES[0]
        font = ImageFont.truetype(face, self.size)
        draw = ImageDraw.Draw(self.image)
        draw.text((x, y), text, font=font, fill="#eee" if self.dark else "#222")
        left, top, right, bottom = draw.textbbox((x, y), text, font=font)
        self.boxes.setdefault(text, []).append((left, top, right, bottom))
        return (left, top, right, bottom)

    def button(self, x: float, y: float, text: str) -> float:
        """A filled box with a label; where it ends."""
        width = ImageFont.truetype(FACES[0], self.size).getlength(text) + 2 * self.size
        box = (x, y, x + width, y + 2.2 * self.size)
        fill = "#345a9c" if self.dark else self.rng.choice(["#d8e2f3", "#e8e8e8", "#cfe8d5"])
        ImageDraw.Draw(self.image).rounded_rectangle(box, radius=6, fill=fill)
        self.write(x + self.size, y + 0.5 * self.size, text)
        self.boxes[text][-1] = box
        return box[2]


def blank(rng: random.Random) -> Picture:
    """An empty window."""
    dark = rng.random() < 0.3
    size = rng.choice([16, 18, 22])
    colour = "#20242b" if dark else rng.choice(["#ffffff", "#f6f6f2"])
    return Picture(rng, Image.new("RGB", (1100, 760), colour), dark, size)


def form(rng: random.Random) -> Picture:
    """Labels with values, and buttons below."""
    picture = blank(rng)
    step, left = picture.size * 2.4, 60.0
    picture.write(left, 40, rng.choice(["Order details", "Account", "Record"]), bold=True)
    names = rng.sample(sorted(FIELDS), 5)
    colon = rng.choice([":", ""])
    for row, name in enumerate(names):
        value = rng.choice(FIELDS[name])
        picture.write(left, 110 + row * step, name + colon)
        picture.write(left + picture.size * 12, 110 + row * step, value)
        picture.values[name] = value
    x = left
    for label in rng.sample(BUTTONS, 3):
        x = picture.button(x, 160 + len(names) * step, label) + 40
    return picture


def table(rng: random.Random) -> Picture:
    """Rows of names, each with the same two actions."""
    picture = blank(rng)
    step = picture.size * 3.0
    picture.write(60, 40, "People", bold=True)
    for row, name in enumerate(rng.sample(NAMES, 4)):
        y = 110 + row * step
        picture.write(60, y + 0.5 * picture.size, name)
        picture.values[f"row {row + 1}"] = name
        picture.button(picture.button(480, y, "Edit") + 40, y, "Remove")
    return picture
