"""Draws an error as a screen shows it: in a theme, at a scale, in a window of some width."""

import random
from dataclasses import dataclass

from PIL import Image

from training.errors.cases import Case, labelled_buttons, languages
from training.errors.sheet import SIGNS, Colour, Sheet, Sign, Theme, length, wrapped

_TINTS: dict[Sign, Colour] = {
    "stop": (252, 228, 228),
    "warning": (255, 244, 206),
    "calm": (226, 238, 252),
    "done": (226, 244, 230),
}


THEMES = (
    Theme((255, 255, 255), (0, 0, 0), (255, 255, 255), (20, 20, 20), (225, 225, 225), (0, 0, 0)),
    Theme((240, 240, 240), (20, 20, 20), (0, 84, 160), (255, 255, 255), (225, 225, 225), (0, 0, 0)),
    Theme((32, 32, 36), (235, 235, 235), (20, 20, 22), (220, 220, 220), (62, 62, 70), (245,) * 3),
    Theme((250, 248, 240), (60, 50, 40), (226, 220, 200), (60, 50, 40), (0, 95, 184), (255,) * 3),
    Theme((18, 28, 44), (214, 224, 240), (10, 18, 30), (180, 195, 215), (40, 110, 220), (255,) * 3),
)
SCALES = (1.0, 1.25, 1.5, 2.0)
_WIDTHS = (380, 430, 480, 560)


@dataclass(frozen=True, slots=True)
class Look:
    """What a re-rendering changes."""

    theme: Theme
    scale: float
    width: int
    """Of the window, in pixels at scale 1."""
    language: str
    """Of buttons."""
    lot: float
    """Which sign stands beside the text, 0 to 1."""

    @classmethod
    def drawn(cls, chance: random.Random) -> "Look":
        width = chance.choice(_WIDTHS)
        theme, scale = chance.choice(THEMES), chance.choice(SCALES)
        return cls(theme, scale, width, chance.choice(languages()), chance.random())


def _sign(case: Case, look: Look) -> Sign:
    """Half of all screens with an error show that it is one, and some other screens have a sign."""
    signs: tuple[Sign, ...] = ("calm", "done", None, None, None)
    if case.is_error:
        signs = ("stop", "stop", "stop", "warning", "warning", "calm", None, None, None)
    return signs[int(look.lot * len(signs))]


def _dialog(case: Case, look: Look) -> Image.Image:
    theme, width = look.theme, look.width
    lines = len(wrapped(case.message, 13, width - 90))
    sheet = Sheet(width, 118 + 19 * lines, look.scale, theme.ground)
    sheet.box(0, 0, width, 30, theme.bar)
    sheet.text(10, 6, case.title or "", 12, theme.bar_ink)
    sheet.text(width - 22, 5, "×", 14, theme.bar_ink)
    sheet.sign(20, 46, 30, _sign(case, look))
    bottom = sheet.long_text(68, 48, width - 90, case.message, 13, theme.ink)
    _buttons(sheet, case, look, width - 16, bottom + 24)
    return sheet.picture


def _modern(case: Case, look: Look) -> Image.Image:
    theme, width = look.theme, look.width
    rows = len(wrapped(case.message, 13, width - 60)) + len(case.details)
    sheet = Sheet(width, 170 + 22 * rows, look.scale, theme.ground)
    sheet.sign(5, 34, 18, _sign(case, look))
    sheet.text(30, 28, case.title or "", 20, theme.ink)
    top = sheet.long_text(30, 68, width - 60, case.message, 13, theme.ink) + 16
    for line in case.details:
        sheet.text(30, top, line, 10, theme.ink)
        top += 16
    _buttons(sheet, case, look, width - 30, top + 20)
    return sheet.picture


def _page(case: Case, look: Look) -> Image.Image:
    theme, width = look.theme, look.width + 280
    sheet = Sheet(width, 380, look.scale, theme.ground)
    sheet.box(0, 0, width, 34, theme.bar)
    sheet.text(60, 8, "https://portal.example.com/start?from=home", 12, theme.bar_ink)
    sheet.sign(80, 56, 32, _sign(case, look))
    sheet.text(80, 100, case.title or "", 26, theme.ink)
    top = sheet.long_text(80, 152, width - 180, case.message, 14, theme.ink) + 14
    for line in case.details:
        sheet.text(80, top, line, 11, theme.ink)
        top += 18
    _buttons(sheet, case, look, 300, top + 24)
    return sheet.picture


def _banner(case: Case, look: Look) -> Image.Image:
    theme, width = look.theme, look.width + 640
    sheet = Sheet(width, 48, look.scale, theme.ground)
    if look.width in _WIDTHS[:2] and theme is THEMES[0]:
        sheet.box(0, 0, width, 48, _TINTS.get(_sign(case, look), theme.ground))
    sheet.sign(12, 14, 18, _sign(case, look))
    left = 42.0
    if case.title:
        sheet.text(left, 14, case.title, 12, theme.ink)
        left += length(case.title, 12) + 14
    sheet.text(left, 14, case.message, 12, theme.ink)
    _buttons(sheet, case, look, width - 14, 11)
    return sheet.picture


def _screen(case: Case, look: Look) -> Image.Image:
    """A dialog in front of a program with text of its own."""
    sheet = _program(look)
    front = _modern(case, look)
    sheet.picture.paste(
        front, (round(540 * look.scale) - front.width // 2, round(190 * look.scale))
    )
    return sheet.picture


def _toast(case: Case, look: Look) -> Image.Image:
    """A small box that floats in a corner, or low in the middle, of a program's window."""
    sheet, front = _program(look), _slip(case, look)
    margin = round(18 * look.scale)
    right = sheet.picture.width - front.width - margin
    low = sheet.picture.height - front.height - margin
    # The window's own width decides the corner, so that a seed still names the whole picture.
    places = ((right, low), (right // 2, low), (margin, low), (right, 3 * margin))
    sheet.picture.paste(front, places[_WIDTHS.index(look.width)])
    return sheet.picture


def _slip(case: Case, look: Look) -> Image.Image:
    theme, width = look.theme, 320.0
    top = 36.0 if case.title else 14.0
    lines = len(wrapped(case.message, 12, width - 60))
    sheet = Sheet(width, top + 17 * lines + (44 if case.buttons else 14), look.scale, theme.bar)
    sheet.sign(3, 14, 13, _sign(case, look))
    sheet.text(20, 12, case.title or "", 13, theme.bar_ink)
    bottom = sheet.long_text(20, top, width - 60, case.message, 12, theme.bar_ink)
    _buttons(sheet, case, look, width - 16, bottom + 6)
    return sheet.picture


def _program(look: Look) -> Sheet:
    """A window with a menu and a table."""
    ink = THEMES[0].ink
    sheet = Sheet(1000, 620, look.scale, (236, 238, 242))
    sheet.box(0, 0, 1000, 30, look.theme.bar)
    sheet.text(12, 6, "Desk - Overview", 12, look.theme.bar_ink)
    for index, word in enumerate(("File", "Edit", "View", "Tools", "Window")):
        sheet.text(14 + 62 * index, 40, word, 12, ink)
    for row in range(12):
        for column, word in enumerate(("Region North", "Ready", "1,204", "14 March")):
            sheet.text(20 + 130 * column, 84 + 42 * row, word, 12, ink)
    return sheet


def _terminal(case: Case, look: Look) -> Image.Image:
    lines = (*case.lines, case.message)
    width = look.width + 420
    sheet = Sheet(width, 30 + 22 * len(lines), look.scale, (12, 12, 12))
    for index, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        sheet.text(12 + 7 * indent, 12 + 21 * index, line.strip(), 13, (220, 220, 220))
    return sheet.picture


def _inline(case: Case, look: Look) -> Image.Image:
    """Below a field of a form."""
    theme, sign = look.theme, _sign(case, look)
    sheet = Sheet(look.width + 120, 280, look.scale, theme.ground)
    is_light = sum(theme.ground) > sum(theme.ink)
    told = SIGNS.get(sign, theme.ink) if is_light or sign != "calm" else theme.ink
    for row, word in enumerate(("Name", "Contact")):
        sheet.text(30, 20 + 96 * row, word, 13, theme.ink)
        sheet.box(30, 42 + 96 * row, look.width, 30, theme.button)
        sheet.text(38, 47 + 96 * row, ("Ines", "ines-4")[row], 13, theme.ink)
    sheet.sign(12, 174, 13, sign if look.width in _WIDTHS[:2] else None)
    sheet.text(30, 172, case.message, 12, told)
    sheet.button(130, 222, "OK", theme)
    return sheet.picture


def _crash(case: Case, look: Look) -> Image.Image:
    """A whole screen of one colour."""
    grounds: tuple[Colour, ...] = ((10, 80, 170), (14, 14, 16), (110, 20, 90))
    sheet = Sheet(look.width + 420, 460, look.scale, grounds[int(3 * look.lot)])
    sheet.text(60, 90, case.title or "", 24, (255, 255, 255))
    top = sheet.long_text(60, 140, look.width + 200, case.message, 14, (255, 255, 255)) + 20
    for line in case.details:
        sheet.text(60, top, line, 12, (255, 255, 255))
        top += 20
    _buttons(sheet, case, look, 260, top + 16)
    return sheet.picture


def _buttons(sheet: Sheet, case: Case, look: Look, right: float, top: float) -> None:
    for label in reversed(labelled_buttons(case, look.language)):
        right = sheet.button(right, top, label, look.theme) - 8


_DRAWN = {
    "dialog": _dialog,
    "modern": _modern,
    "page": _page,
    "banner": _banner,
    "screen": _screen,
    "terminal": _terminal,
    "toast": _toast,
    "inline": _inline,
    "crash": _crash,
}


def draw(case: Case, look: Look) -> Image.Image:
    """The case in this look."""
    return _DRAWN[case.layout](case, look)
