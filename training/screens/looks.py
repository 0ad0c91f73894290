"""Style sheets drawn by lot: each page of the kit `motley` looks like a kit of its own."""

import colorsys
import random
import tomllib
from pathlib import Path
from typing import Any

from vouch.schemas.value import Value

LOOKS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("looks.toml").read_text("utf-8"))
"""`base`: a sheet for all; `measures`: variables; `looks`: selectors. One of each list is drawn."""
BRIGHT = 0.4
"""Luminance from which on a colour carries dark words."""


class Colour(Value):
    """A hue in degrees, saturation and lightness in percent."""

    hue: int
    saturation: int
    lightness: float

    def __str__(self) -> str:
        return f"hsl({self.hue} {self.saturation}% {self.lightness:.0f}%)"

    @property
    def words(self) -> "Colour":
        """What can be read on it."""
        red, green, blue = colorsys.hls_to_rgb(
            self.hue / 360, self.lightness / 100, self.saturation / 100
        )
        bright = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 > BRIGHT
        return Colour(hue=self.hue, saturation=10, lightness=8 if bright else 100)


def sheet(lot: str, *, dark: bool) -> str:
    """The style sheet of one lot; the same for the same lot."""
    rng = random.Random(f"look/{lot}")
    variables = _colours(rng, dark=dark) | {
        name: rng.choice(values) for name, values in LOOKS["measures"].items()
    }
    drawn = {selector: rng.choice(bodies) for selector, bodies in LOOKS["looks"].items()}
    root = " ".join(f"{name}: {value};" for name, value in variables.items())
    rules = "\n".join(f"{selector} {{ {body} }}" for selector, body in drawn.items())
    return (
        f":root {{ color-scheme: {'dark' if dark else 'light'}; {root} }}\n{LOOKS['base']}\n{rules}"
    )


def _colours(rng: random.Random, *, dark: bool) -> dict[str, str]:
    """Greys from the page (depth 0) to its words (depth 100), and the colours of one accent."""
    tone, tint = rng.randrange(360), rng.choice((0, 0, 0, 6, 15, 40))

    def grey(depth: float) -> Colour:
        lightness = 9 + 0.9 * depth if dark else 100 - 0.95 * depth
        return Colour(hue=tone, saturation=tint, lightness=lightness)

    page = rng.choice((0, 0, 0, 2, 4, 8))
    ink = rng.choice((75, 85, 92, 100))
    accent, danger = _accent(rng, grey(ink), dark=dark), _danger(rng)
    bar = rng.choice((accent, grey(85), grey(page + 5), grey(page), _shade(accent)))
    return {
        "--page": str(grey(page)),
        "--card": str(grey(rng.choice((0, 0, page, page + 4)))),
        "--field": str(grey(rng.choice((0, 0, page)))),
        "--fill": str(grey(page + rng.choice((3, 5, 8, 13)))),
        "--ink": str(grey(ink)),
        "--muted": str(grey(ink * rng.choice((0.55, 0.65, 0.8)))),
        "--line": str(grey(page + rng.choice((6, 10, 16, 30)))),
        "--edge": str(grey(page + rng.choice((9, 14, 20, 35, 50, 70)))),
        "--accent": str(accent),
        "--on-accent": str(accent.words),
        "--danger": str(danger),
        "--on-danger": str(danger.words),
        "--bar": str(bar),
        "--on-bar": str(bar.words),
    }


def _accent(rng: random.Random, ink: Colour, *, dark: bool) -> Colour:
    """The kit's own colour; with some kits that is black."""
    if rng.random() < 0.12:
        return ink
    low, high = (50, 75) if dark else (28, 50)
    saturation = rng.choice((35, 60, 80, 95))
    return Colour(hue=rng.randrange(360), saturation=saturation, lightness=rng.randint(low, high))


def _danger(rng: random.Random) -> Colour:
    hue = rng.choice((350, 0, 5, 12))
    return Colour(hue=hue, saturation=rng.choice((60, 75, 90)), lightness=rng.randint(38, 52))


def _shade(colour: Colour) -> Colour:
    """The same hue, dark and dull."""
    return Colour(hue=colour.hue, saturation=min(colour.saturation, 45), lightness=22)
