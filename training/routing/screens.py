"""Screens: windows, web pages, phones, terminals; and errors on them."""

from collections.abc import Sequence

from training.routing.brush import Canvas, Picture, Rng, lossy, name, pick, sentence, words

_Colour = tuple[int, int, int]
_THEMES: tuple[tuple[_Colour, _Colour, _Colour], ...] = (
    ((255, 255, 255), (30, 30, 30), (0, 103, 192)),
    ((240, 240, 240), (0, 0, 0), (0, 120, 215)),
    ((32, 33, 36), (232, 234, 237), (138, 180, 248)),
    ((43, 43, 43), (220, 220, 220), (75, 110, 175)),
    ((250, 248, 245), (60, 50, 40), (200, 80, 40)),
    ((18, 18, 18), (240, 240, 240), (30, 215, 96)),
)  # background, ink, accent
_COMMANDS = (
    "OK", "Save", "Apply", "Close", "Search", "Next", "Sign in", "New", "Speichern", "Weiter",
    "Rechercher", "Guardar", "Edit", "Upload", "Annuler", "Opslaan", "Filter", "Help", "Back",
)  # fmt: skip
_TROUBLE = (
    "{a} could not be opened because {b}.", "Cannot connect to {a}.", "Access to {a} is denied.",
    "An error occurred while {b}.", "{a} has stopped working.", "The file {a} was not found.",
    "{a} failed: {b}", "Unable to load {a}. Please try again.", "Something went wrong with {a}.",
    "Fehler beim Laden von {a}.", "{a} konnte nicht gespeichert werden: {b}.", "{a} ist ungültig.",
    "Impossible d'ouvrir {a}.", "Une erreur est survenue: {b}", "No se puede abrir {a}.",
    "Errore durante {b}.", "Kan {a} niet openen.", "You do not have permission to change {a}.",
    "The connection to {a} timed out.", "{a} is not valid. {b}",
    "The operation could not be completed.",
    "Warning: {a} is missing.", "The server returned status 500 for {a}.",
    "Not enough memory for {a}.",
)  # fmt: skip


def screen(rng: Rng) -> Picture:
    """An ordinary screen without an error."""
    view, theme = _empty(rng)
    match int(rng.integers(4)):
        case 0:
            _window(rng, view, theme)
        case 1:
            _web_page(rng, view, theme)
        case 2:
            _settings(rng, view, theme)
        case _:
            _list(rng, view, theme)
    return _taken(rng, view)


def trouble(rng: Rng) -> Picture:
    """A dialog, an error page, a banner above a screen, or a terminal."""
    match int(rng.integers(4)):
        case 0:
            return _taken(rng, _dialog(rng))
        case 1:
            return _taken(rng, _error_page(rng))
        case 2:
            view, theme = _empty(rng)
            pick_screen = (_window, _web_page, _settings)[int(rng.integers(3))]
            pick_screen(rng, view, theme)
            _banner(rng, view)
            return _taken(rng, view)
    return _taken(rng, _terminal(rng))


def complaint(rng: Rng) -> str:
    """A sentence that says that something is wrong."""
    text = pick(rng, *_TROUBLE).format(a=name(rng), b=words(rng, 2, 5))
    return text if rng.random() < 0.6 else f"{text} (0x{int(rng.integers(2**31, 2**32)):08X})"


def _empty(rng: Rng) -> tuple[Canvas, tuple[_Colour, _Colour, _Colour]]:
    theme = _THEMES[int(rng.integers(len(_THEMES)))]
    width, height = int(rng.integers(420, 1600)), int(rng.integers(360, 1000))
    return Canvas(width, height, theme[0]), theme


def _window(rng: Rng, view: Canvas, theme: tuple[_Colour, _Colour, _Colour]) -> None:
    ground, ink, accent = theme
    view.draw.rectangle((0, 0, view.width, 30), fill=accent)
    view.text(10, 7, name(rng), 14, (255, 255, 255))
    x = 10.0
    for label in ("File", "Edit", "View", "Tools", "Help")[: int(rng.integers(3, 6))]:
        x = view.text(x, 38, label, 14, ink) + 18
    for y in range(70, view.height - 60, 26):
        if rng.random() < 0.7:
            view.text(16 + 20 * int(rng.integers(3)), y, name(rng), 14, ink)
        if rng.random() < 0.5:
            view.text(view.width * 0.45, y, words(rng, 1, 5), 14, ink)
    view.draw.line((view.width * 0.4, 60, view.width * 0.4, view.height - 40), fill=accent)
    _buttons(rng, view, view.height - 42, theme)
    _ = ground


def _web_page(rng: Rng, view: Canvas, theme: tuple[_Colour, _Colour, _Colour]) -> None:
    _, ink, accent = theme
    view.draw.rectangle((0, 0, view.width, 56), fill=accent)
    x = 20.0
    for _ in range(int(rng.integers(2, 6))):
        x = view.text(x, 18, name(rng), 16, (255, 255, 255)) + 24
    view.text(24, 90, name(rng), 30, ink, 1)
    y = 140
    while y < view.height - 120:
        view.text(24, y, sentence(rng)[: view.width // 9], 15, ink)
        y += 26
        if rng.random() < 0.2:
            colour = tuple(int(part) for part in rng.integers(60, 230, 3))
            view.draw.rectangle((24, y, 24 + view.width * 0.4, y + 80), fill=colour)
            y += 100
    _buttons(rng, view, view.height - 60, theme)


def _settings(rng: Rng, view: Canvas, theme: tuple[_Colour, _Colour, _Colour]) -> None:
    _, ink, accent = theme
    view.text(20, 16, name(rng), 22, ink, 1)
    for y in range(64, view.height - 70, 44):
        view.text(20, y, name(rng), 15, ink)
        left = view.width * 0.45
        if rng.random() < 0.5:
            view.draw.rectangle((left, y - 6, view.width * 0.9, y + 24), outline=ink)
            view.text(left + 8, y, words(rng, 1, 2), 14, ink)
        else:
            view.draw.rounded_rectangle((left, y, left + 36, y + 18), 9, fill=accent)
    _buttons(rng, view, view.height - 50, theme)


def _list(rng: Rng, view: Canvas, theme: tuple[_Colour, _Colour, _Colour]) -> None:
    _, ink, accent = theme
    columns = int(rng.integers(2, 6))
    for column in range(columns):
        view.text(16 + column * view.width / columns, 14, name(rng), 15, accent, 1)
    for y in range(44, view.height - 20, int(rng.integers(24, 44))):
        view.draw.line((0, y - 6, view.width, y - 6), fill=tuple(part // 2 + 60 for part in ink))
        for column in range(columns):
            cell = pick(rng, words(rng, 1, 3), str(rng.integers(1, 9999)), f"{rng.integers(24)}:30")
            view.text(16 + column * view.width / columns, y, cell, 14, ink)


def _buttons(
    rng: Rng, view: Canvas, y: float, theme: tuple[_Colour, _Colour, _Colour],
    labels: Sequence[str] = (),
) -> None:  # fmt: skip
    x = view.width * float(rng.uniform(0.3, 0.6))
    for label in labels or [pick(rng, *_COMMANDS) for _ in range(int(rng.integers(1, 4)))]:
        view.draw.rounded_rectangle((x, y, x + 96, y + 30), 4, fill=theme[2])
        x = max(view.text(x + 14, y + 7, label, 14, (255, 255, 255)) + 24, x + 110)


def _dialog(rng: Rng) -> Canvas:
    theme = _THEMES[int(rng.integers(len(_THEMES)))]
    size = int(rng.integers(12, 22))
    view = Canvas(int(rng.integers(22, 46)) * size, int(rng.integers(9, 16)) * size, theme[0])
    view.draw.rectangle((0, 0, view.width, size * 2), fill=(225, 225, 230))
    view.text(size, size * 0.4, name(rng), size, (20, 20, 20))
    view.draw.ellipse((size, size * 3, size * 4, size * 6), fill=(200, 40, 40))
    y = size * 3.0
    for line in [complaint(rng), *(sentence(rng) for _ in range(int(rng.integers(0, 2))))]:
        for part in (line[:46], line[46:]):
            view.text(size * 5, y, part.strip(), size, theme[1])
            y += size * 1.5 * bool(part)
    labels = [pick(rng, "OK", "Cancel", "Retry", "Close", "Abbrechen", "Help", "Annuler", "Yes")]
    _buttons(rng, view, view.height - 40, theme, labels)
    return view


def _error_page(rng: Rng) -> Canvas:
    view, theme = _empty(rng)
    x, y = view.width * 0.12, view.height * 0.25
    title = pick(
        rng, "404", "Error 500", "Oops!", "This page isn't working", "Fehler", complaint(rng)
    )
    view.text(x, y, title[:40], 32, theme[1], 1)
    for number, line in enumerate((complaint(rng), sentence(rng))):
        view.text(x, y + 60 + 28 * number, line[:70], 16, theme[1])
    _buttons(rng, view, y + 140, theme, ["Reload"] if rng.random() < 0.5 else [])
    return view


def _banner(rng: Rng, view: Canvas) -> None:
    y = float(rng.choice([32.0, 60.0, view.height - 90.0]))
    view.draw.rectangle((0, y, view.width, y + 40), fill=(190, 50, 50))
    view.text(16, y + 10, complaint(rng)[: view.width // 9], 16, (255, 255, 255))


def _terminal(rng: Rng) -> Canvas:
    view = Canvas(int(rng.integers(500, 1200)), int(rng.integers(200, 700)), (12, 12, 12))
    y = 8
    while y < view.height - 60:
        kind = int(rng.integers(3))
        line = (
            f'  File "/{words(rng, 1, 1)}/{words(rng, 1, 1)}.py", line {rng.integers(1, 900)}'
            if kind == 0
            else f"    at {words(rng, 1, 1)}.run({words(rng, 1, 1)}.java:{rng.integers(1, 900)})"
            if kind == 1
            else words(rng, 3, 9)
        )
        view.text(8, y, line, 15, (204, 204, 204), 2)
        y += 20
    last = pick(rng, "Error: ", "fatal: ", "Exception: ", "E: ", "") + complaint(rng)
    view.text(8, y, last, 15, (230, 100, 90), 2)
    return view


def _taken(rng: Rng, view: Canvas) -> Picture:
    """As screenshots arrive: mostly untouched, some saved as JPEG."""
    return view.pixels if rng.random() < 0.8 else lossy(rng, view.pixels)
