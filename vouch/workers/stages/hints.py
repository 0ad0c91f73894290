"""Sentences that tell a person what to do; they never contain text of the document."""

from collections.abc import Sequence
from typing import Literal

from vouch.schemas.document import Issue
from vouch.schemas.draft import Pointer
from vouch.schemas.geometry import Bbox, Polygon

_ADVICE: dict[str, str] = {
    "blurred": "{place} is out of focus: hold the phone still and take it again{including}.",
    "blurred_region": "{place} is out of focus: hold the phone still and take it again{including}.",
    "dark": "{place} is too dark: turn on a light and take it again{including}.",
    "overexposed": "{place} is too bright: avoid direct light and take it again{including}.",
    "low_contrast": "{place} is faint: lay it on a dark surface in good light"
    " and take it again{including}.",
    "glare": "{place} reflects light: tilt the phone or move the lamp"
    " and take it again{including}.",
    "small_text": "The text is very small: go closer, or send the original file{including}.",
    "skewed": "{place} is tilted: hold the phone straight above it and take it again{including}.",
    "cropped": "{place} is cut off: step back so that all four edges show{including}.",
    "no_text": "No text was found: fill the picture with the document and take it again.",
}
_WHOLE = "The picture"


def quality_hint(issue: Issue, width: float, height: float, missing: Sequence[Pointer]) -> str:
    """What to do about an issue of a page of width × height pixels; names what must be readable."""
    template = _ADVICE.get(issue.code, "{place} cannot be read well: take it again{including}.")
    names = spoken(missing)
    including = f", {names} included" if names else ""
    return template.format(place=place_of(issue.polygon, width, height), including=including)


Doubt = Literal["missing", "cut_off", "inferred", "disputed", "low_confidence", "ungrounded"]
"""Why a field is not accepted."""
_DOUBTS: dict[Doubt, str] = {
    "missing": "No {name} was found: check that it is on the picture, or enter it by hand.",
    "cut_off": "The {name} is cut by the picture's edge: step back and take it again.",
    "inferred": "The {name} is not printed like this: compare it with the page.",
    "disputed": "The {name} was read in two ways: compare both marked places and choose.",
    "low_confidence": "The {name} is uncertain: compare it with the marked place.",
    "ungrounded": "The {name} was not found on the page: enter it by hand.",
}


def doubt_hint(code: Doubt, pointer: Pointer) -> str:
    """What a person can do about a field that is not accepted."""
    return _DOUBTS[code].format(name=_name(pointer))


_TERMS = {"cash_minus_change": "total, cash and change"}


def check_hint(name: str, pointers: Sequence[Pointer]) -> str:
    """Which amounts a failed check compares; some stand in no field of their own."""
    return f"The printed amounts do not add up: compare {_TERMS.get(name) or spoken(pointers)}."


def contradiction_hint(pointer: Pointer) -> str:
    """What to do where a printed value and the invoice data inside the file differ."""
    return f"The {_name(pointer)} differs from the invoice data inside the file: ask the sender."


def spoken(pointers: Sequence[Pointer]) -> str:
    """ "/total", "/merchant/name" → "total and merchant name"."""
    names = list(dict.fromkeys(_name(pointer) for pointer in pointers))
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _name(pointer: Pointer) -> str:
    parts = [part for part in pointer.split("/") if part not in {"", "*"} and not part.isdigit()]
    return " ".join(parts).replace("_", " ") or "value"


def place_of(polygon: Polygon | None, width: float, height: float) -> str:
    """A part of the page in words: "The bottom third", "The upper left", "The picture"."""
    if not polygon:
        return _WHOLE
    box = Bbox.around(polygon)
    tall, wide = box.height / height, box.width / width
    x, y = box.centre[0] / width, box.centre[1] / height
    vertical = _third(y, "top", "middle", "bottom") if tall <= 0.6 else ""
    horizontal = _third(x, "left", "middle", "right") if wide <= 0.6 else ""
    if vertical and horizontal:
        return "The middle" if vertical == horizontal else f"The {vertical} {horizontal}"
    if vertical or horizontal:
        return f"The {vertical or horizontal} third"
    return _WHOLE


def _third(position: float, low: str, middle: str, high: str) -> str:
    if position < 0.4:
        return low
    return middle if position <= 0.6 else high
