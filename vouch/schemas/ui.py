"""The built-in schemas of screens: `ui`, all elements, and `location`, the one that is sought."""

from typing import Literal

from pydantic import Field

from vouch.schemas.leaves import PixelBox, PixelPoint
from vouch.schemas.value import Value

Role = Literal[
    "window", "dialog", "group", "button", "input", "checkbox", "radio", "link", "tab", "menu",
    "icon", "image", "list_row", "text",
]  # fmt: skip
"""What an element of a screen is for."""
HOLDERS: frozenset[Role] = frozenset({"window", "dialog", "group", "list_row"})
"""Roles of what holds other elements: its middle may be something else."""
State = Literal["checked", "unchecked", "selected", "disabled", "focused", "expanded", "collapsed"]


class UiElement(Value):
    """One element of a screen."""

    id: str | None = Field(None, description="Names it within this screen.", examples=["e7"])
    parent: str | None = Field(None, description="The id of the element that it stands in.")
    role: Role | None = None
    label: str | None = Field(None, description="What names it: on it, or beside it.")
    text: str | None = Field(None, description="All that is printed inside.")
    value: str | None = Field(None, description="What an input holds.")
    state: State | None = None
    bbox: PixelBox | None = None
    click_point: PixelPoint | None = Field(None, description="Where to click, or null.")


class Ui(Value):
    """The elements of a screenshot, in reading order. Every leaf may be null."""

    screen: str | None = Field(None, description="Title of the window or heading of the page.")
    elements: tuple[UiElement, ...] = ()


class LocatedElement(Value):
    """The element that was asked for."""

    role: Role | None = None
    label: str | None = None
    bbox: PixelBox | None = None
    click_point: PixelPoint | None = None


class Location(Value):
    """Where on a screen the thing is that a caller describes ("the Submit button")."""

    found: bool | None = Field(None, description="False where there is no such element.")
    element: LocatedElement = LocatedElement()
