"""Writes a set of screens: `python -m training.screens.write OUT --count 40 --seed 1`."""

import argparse
import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from training.screens.browser import Shot, Window, chromium, shoot
from training.screens.kits import HELD_BACK, TAUGHT, TRAIN, Kit, Style, html
from training.screens.labels import LabelledScreen
from training.screens.pages import Words, screen
from training.screens.questions import questions
from training.screens.widgets import Screen, Widget

SIZES = ((800, 600), (1024, 768), (1280, 720), (1366, 768), (1440, 900), (640, 900))
SCALES = (1.0, 1.0, 1.25, 1.5, 2.0)
FACTORS = (0.75, 2.0)
"""Least and most by which a picture is resized."""
FONTS = ("sans-serif", "'Liberation Sans', sans-serif", "'DejaVu Sans', sans-serif", "serif")


def drawn(kit: Kit, number: int, seed: int) -> tuple[Screen, Style, Window, random.Random]:
    """The lot of one picture; the same for the same three, whatever else is written."""
    rng = random.Random(f"{seed}/{kit}/{number}")
    width, height = rng.choice(SIZES)
    window = Window(width=width, height=height, scale=rng.choice(SCALES))
    style = Style(
        dark=rng.random() < 0.35,
        size=rng.choice((13, 14, 15, 16, 17)),
        font=rng.choice(FONTS),
        margin=rng.choice((12, 24, 48, 96)),
        gap=rng.choice((6, 10, 16)),
        width=rng.choice((480, 760, 1100, 2000)),
        lot=f"{seed}/{number}",
    )
    return screen(rng), style, window, rng


def labelled(
    browser: Browser, kit: Kit, number: int, seed: int, share: float = 0.0
) -> tuple[Shot, LabelledScreen]:
    """One picture and its line of labels. `share` of the pictures are resized."""
    page, style, window, rng = drawn(kit, number, seed)
    shot = shoot(browser, html(kit, page, style), window)
    lot = random.Random(f"{seed}/{kit}/{number}/size")
    if lot.random() < share:
        shot = resized(shot, lot.uniform(*FACTORS))
    missing = Words(page.language, rng).some("actions", 6, 8)
    return shot, LabelledScreen(
        file=f"images/{kit}-{number:04}.png",
        kit=kit,
        dark=style.dark,
        scale=window.scale,
        expected=_heading(page, shot),
        elements=shot.reading.elements,
        covered=shot.reading.covered,
        lines=shot.reading.lines,
        locate=questions(shot.reading, set(_headings(page.widgets)), missing, rng),
    )


def resized(shot: Shot, factor: float) -> Shot:
    """As programs leave a screenshot that they fit into a mail or a ticket: soft, of any size."""
    image = Image.open(io.BytesIO(shot.png)).convert("RGB")
    size = (round(image.width * factor), round(image.height * factor))
    file = io.BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(file, "PNG")
    # sizes are whole pixels, so that the two directions differ by a hair
    across, down = size[0] / image.width, size[1] / image.height
    return Shot(file.getvalue(), shot.reading.scaled(across, down))


def _heading(page: Screen, shot: Shot) -> dict[str, str]:
    """The screen's title: the dialog's, or the first heading; nothing where it is not visible."""
    printed = {line.text for line in shot.reading.lines}
    asked = page.dialog.label if page.dialog else next(_headings(page.widgets), None)
    return {"/screen": asked} if asked in printed and asked else {}


def _headings(widgets: tuple[Widget, ...]) -> Iterator[str]:
    for widget in widgets:
        if widget.kind == "heading":
            yield widget.label
        yield from _headings(widget.parts)


def write(folder: Path, kits: tuple[Kit, ...], count: int, seed: int, share: float = 0.0) -> None:
    """`count` pictures, the kits in turn, with labels.jsonl."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    with chromium() as browser, (folder / "labels.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(count):
            shot, label = labelled(browser, kits[number % len(kits)], number, seed, share)
            (folder / label.file).write_bytes(shot.png)
            lines.write(label.model_dump_json(by_alias=True) + "\n")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kits", nargs="+", choices=[*TRAIN, *HELD_BACK], default=TAUGHT)
    parser.add_argument("--held-back", action="store_true", help="the kits that measure")
    parser.add_argument("--resized", type=float, default=0.0, help="share of the pictures")
    asked = parser.parse_args(arguments)
    kits = HELD_BACK if asked.held_back else tuple(asked.kits)
    write(asked.out, kits, asked.count, asked.seed, asked.resized)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
