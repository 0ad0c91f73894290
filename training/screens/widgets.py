"""What a page is made of, before any kit draws it."""

from typing import Literal

from vouch.schemas.ui import State
from vouch.schemas.value import Value

Kind = Literal[
    "actions", "alert", "button", "card", "check", "dialog", "field", "heading", "iconbutton",
    "items", "link", "links", "menu", "navbar", "paragraph", "picture", "radios", "search",
    "select", "settings", "table", "tabs", "textarea",
]  # fmt: skip
"""Each kind is one macro of a kit (kits/*.jinja); a kit that lacks one uses that of plain HTML."""


class Widget(Value):
    """One thing to draw, with the things that it holds."""

    kind: Kind
    label: str = ""
    value: str = ""
    """What a field holds, or which of the parts is chosen."""
    hint: str = ""
    """A field's placeholder."""
    look: str = ""
    """A variant that kits draw in their own way: primary, danger, password, eye, …"""
    state: State | None = None
    parts: tuple["Widget", ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Screen(Value):
    """One page as a whole."""

    title: str
    language: str
    widgets: tuple[Widget, ...]
    dialog: Widget | None = None
    """Stands over the page and makes what it covers unusable."""
