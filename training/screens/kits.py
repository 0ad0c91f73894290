"""The UI kits of the pages: which teach, which measure, and how a page becomes HTML."""

import itertools
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from training.screens.looks import sheet
from training.screens.widgets import Screen, Widget
from vouch.schemas.value import Value

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"

Kit = Literal[
    "plain", "bootstrap", "materialize", "daisyui", "bulma", "pico", "uikit", "fomantic",
    "foundation", "patternfly", "motley", "carbon", "fluent", "antd",
]  # fmt: skip
TRAIN: tuple[Kit, ...] = (
    "plain", "bootstrap", "materialize", "daisyui", "bulma", "pico", "uikit", "fomantic",
    "foundation", "patternfly", "motley",
)  # fmt: skip
TAUGHT: tuple[Kit, ...] = tuple(
    kit for other in TRAIN if other != "motley" for kit in ("motley", other)
)
"""The kits in turn: every other page looks like a kit of its own."""
HELD_BACK: tuple[Kit, ...] = ("carbon", "fluent", "antd")
"""No rule and no model may be made on these: they measure."""

SHELL = """<!doctype html><html lang="{language}"{body}><meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="/bootstrap-icons/font/bootstrap-icons.min.css">
{head}<body{body}><main style="max-width: {width}px">{widgets}</main>{dialog}</body></html>"""


class Style(Value):
    """What the lot decides of a page's looks, beside its kit."""

    dark: bool
    size: int
    """CSS pixels of the body's font."""
    font: str
    margin: int
    gap: int
    width: int
    """Of the page's body at most."""
    lot: str = "0"
    """Names the style sheet of `motley`."""


def fetched() -> bool:
    """Whether `npm ci` has brought the kits' packages."""
    return (MODULES / "bootstrap").is_dir()


class Pen:
    """Draws widgets with one kit, and with plain HTML what the kit has no macro for."""

    def __init__(self, kit: Kit) -> None:
        numbers = itertools.count(1)
        ids: dict[int, str] = {}
        loader = FileSystemLoader(HERE / "kits")
        environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        environment.globals |= {
            "draw": self.draw,
            "sheet": sheet,
            # a widget is asked for its id twice: for itself, and for its label
            "id": lambda widget: ids.setdefault(id(widget), f"w{next(numbers)}"),
        }
        self._plain = environment.get_template("plain.jinja").module
        self._kit = environment.get_template(f"{kit}.jinja").module

    def macro(self, name: str, *arguments: object) -> Markup:
        return Markup(getattr(self._kit, name, getattr(self._plain, name))(*arguments))  # noqa: S704

    def draw(self, widget: Widget, kind: str | None = None) -> Markup:
        """One widget, or the same words as another `kind`."""
        return self.macro(kind or widget.kind, widget)


def html(kit: Kit, screen: Screen, style: Style) -> str:
    """The page as the browser gets it; its links lead to packages under `MODULES`."""
    pen = Pen(kit)
    return SHELL.format(
        language=screen.language,
        title=screen.title,
        width=style.width,
        head=pen.macro("head", style.dark, style),
        body=" " + pen.macro("body", style.dark),
        widgets="\n".join(pen.draw(widget) for widget in screen.widgets),
        dialog=pen.draw(screen.dialog) if screen.dialog else "",
    )
