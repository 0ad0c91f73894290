"""The third corpus as pages that Chromium shows: looks that the reader was not made with."""

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser

from training.errors.cases import Case

Mark = str | None
_LIGHT = {
    "ground": "#f4f5f7", "ink": "#1d1f24", "card": "#ffffff", "border": "#c3c7cf",
    "face": "#eceef1", "bar": "#e3e6eb", "bar_ink": "#1d1f24", "shell": "#10131a",
}  # fmt: skip
_DARK = {
    "ground": "#1b1d22", "ink": "#e6e8ec", "card": "#282b32", "border": "#4a4e58",
    "face": "#383c45", "bar": "#121317", "bar_ink": "#d5d8de", "shell": "#000000",
}  # fmt: skip
_TINTS = {
    "error": ("#fde7e7", "#b3261e"),
    "warning": ("#fff3d1", "#7a4b00"),
    "info": ("#e2eefc", "#174ea6"),
    "done": ("#e1f4e6", "#1b6b36"),
    None: ("#e9ebef", "#33363d"),
}
_FONTS = ("'DejaVu Sans'", "'DejaVu Serif'", "'TeX Gyre Heros', 'DejaVu Sans'", "sans-serif")
_SIZES = {
    "dialog": (460, 230), "modern": (440, 300), "screen": (1040, 620), "banner": (1080, 420),
    "inline": (620, 460), "toast": (1040, 620), "page": (900, 480), "crash": (1000, 560),
    "terminal": (860, 240),
}  # fmt: skip
_CORNERS = ("right: 20px; bottom: 20px", "right: 20px; top: 56px", "left: 34%; bottom: 24px")


def _marked(case: Case, chance: random.Random) -> Mark:
    """The sign beside a text: many screens have none."""
    if case.is_error:
        return chance.choice(("error", "error", "warning", "info", None))
    return chance.choice(("info", "done", None, None))


def draw(browser: Browser, case: Case, labels: Sequence[str], lot: str) -> bytes:
    """A picture of the case; the same for the same lot."""
    chance = random.Random(lot)
    width, height = _SIZES[case.layout]
    scale = chance.choice((1.0, 1.0, 1.25, 1.5, 2.0))
    html = _page().render(case=case, labels=labels, **_look(chance, case))
    size = {"width": width + chance.choice((0, 40, 120)), "height": height}
    with browser.new_page(viewport=size, device_scale_factor=scale) as page:  # type: ignore[arg-type]
        page.set_content(html)
        return page.screenshot(animations="disabled")


@cache
def _page() -> Any:  # noqa: ANN401 - jinja2's Template is not typed
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, undefined=StrictUndefined, autoescape=True).get_template(
        "pages.jinja"
    )


def _look(chance: random.Random, case: Case) -> dict[str, object]:
    mark = _marked(case, chance)
    tint, tint_ink = _TINTS[mark]
    slip = chance.choice((("#24262b", "#f1f2f4"), (tint, tint_ink)))
    return {
        **chance.choice((_LIGHT, _LIGHT, _DARK)),
        "mark": mark,
        "lot": chance.random(),
        "size": chance.choice((13, 14, 15, 16)),
        "font": chance.choice(_FONTS),
        "pad": chance.choice((4, 6, 8)),
        "gap": chance.choice((6, 10, 14)),
        "radius": chance.choice((0, 3, 8, 14)),
        "side": chance.choice(("flex-end", "flex-end", "center", "flex-start")),
        "edge": chance.choice((0, 0, 14)),
        "align": chance.choice(("left", "center")),
        "accent": chance.choice(("#1565c0", "#5e35b1", "#00796b", "#222831")),
        "red": chance.choice(("#d32f2f", "#e5484d", "#b00020")),
        "amber": chance.choice(("#f9a825", "#ffcc00", "#e67e00")),
        "tint": tint,
        "tint_ink": tint_ink,
        "slip": slip[0],
        "slip_ink": slip[1],
        "corner": chance.choice(_CORNERS),
        "crash": chance.choice(("#0b5cad", "#101216", "#5b1a8a")),
        "menu": chance.sample(("Home", "Orders", "People", "Stock", "Reports", "Help"), 4),
        "heading": chance.choice(("Overview", "Your profile", "Week 14")),
        "rows": [
            [f"A-{chance.randint(100, 999)}", "Ready", f"{row + 1} March"] for row in range(9)
        ],
        "fields": ("Name", "Contact", "Town"),
        "values": ("Ada Novak", "ada 2", "Riga"),
        "send": chance.choice(("Send", "Save", "Next")),
    }
