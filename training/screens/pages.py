"""Pages drawn by lot: a seed decides what stands on them and in which words."""

import random
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.screens.widgets import Screen, Widget
from vouch.schemas.ui import State

LANGUAGES = ("en", "en", "de", "fr", "es")
"""English twice: it is half of what people have on their screens."""


class Words:
    """The words of one language, drawn by lot."""

    def __init__(self, language: str, rng: random.Random) -> None:
        lists = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
        self._lists: dict[str, Any] = lists[language] | lists["any"]
        self.rng = rng

    def one(self, kind: str) -> str:
        """Any of a list, or the one phrase that stands under this name."""
        words = self._lists[kind]
        return words if isinstance(words, str) else str(self.rng.choice(words))

    def some(self, kind: str, low: int, high: int) -> list[str]:
        """Different ones, in any order."""
        words = self._lists[kind]
        return self.rng.sample(words, min(self.rng.randint(low, high), len(words)))

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance


def screen(rng: random.Random) -> Screen:
    """One page of any sort."""
    language = rng.choice(LANGUAGES)
    words = Words(language, rng)
    sort = rng.choice((_form, _list, _login, _settings, _document, _form, _list))
    head = (_navbar(words),) if words.maybe(0.7) else ()
    covered = sort is not _login and words.maybe(0.2)
    return Screen(
        title=words.one("headings"),
        language=language,
        widgets=(*head, *sort(words)),
        dialog=_dialog(words) if covered else None,
    )


Sort = Callable[[Words], tuple[Widget, ...]]


def _form(words: Words) -> tuple[Widget, ...]:
    fields = [_field(words, label) for label in words.some("fields", 3, 7)]
    extras = [
        Widget(kind="select", label=words.one("groups"), value=words.one("radios")),
        _radios(words),
        Widget(kind="textarea", label=words.one("headings"), hint=words.one("hints")),
    ]
    return (
        *_opening(words),
        *fields,
        *words.rng.sample(extras, words.rng.randint(0, 3)),
        *_checks(words, 0, 3),
        _actions(words, 1, 3),
    )


def _list(words: Words) -> tuple[Widget, ...]:
    tabs = (_tabs(words),) if words.maybe(0.5) else ()
    body = _table(words) if words.maybe(0.75) else _items(words)
    return (*_opening(words), *tabs, _search(words), _actions(words, 1, 3), body, _links(words))


def _login(words: Words) -> tuple[Widget, ...]:
    sign_in = words.one("login")
    inside = (
        Widget(kind="heading", label=sign_in),
        *_alerts(words, 0.3),
        _field(words, words.one("fields")),
        Widget(kind="field", label=words.one("password"), look="password"),
        *_checks(words, 0, 1),
        Widget(kind="actions", parts=(_button(sign_in, "primary"),)),
        Widget(kind="link", label=words.one("forgot")),
    )
    return (Widget(kind="card", parts=inside), _links(words))


def _settings(words: Words) -> tuple[Widget, ...]:
    cards = [
        Widget(
            kind="card",
            parts=(
                Widget(kind="heading", label=title),
                Widget(kind="paragraph", label=words.one("sentences")),
                *_checks(words, 1, 4),
                *((_radios(words),) if words.maybe(0.5) else ()),
            ),
        )
        for title in words.some("headings", 1, 3)
    ]
    return (_tabs(words), *cards, _actions(words, 1, 2))


def _document(words: Words) -> tuple[Widget, ...]:
    texts = [Widget(kind="paragraph", label=text) for text in words.some("sentences", 2, 4)]
    menu = Widget(
        kind="menu",
        label=words.one("row_actions"),
        parts=tuple(_button(label) for label in words.some("file_menu", 3, 6)),
    )
    picture = Widget(kind="picture", label=words.one("places"), look=str(words.rng.randint(0, 359)))
    body = words.rng.sample([menu, picture, _items(words)], 2)
    return (*_opening(words), _tools(words), *texts[:2], *body, *texts[2:], _links(words))


def _opening(words: Words) -> tuple[Widget, ...]:
    return (Widget(kind="heading", label=words.one("headings")), *_alerts(words, 0.3))


def _alerts(words: Words, chance: float) -> tuple[Widget, ...]:
    if not words.maybe(chance):
        return ()
    look = words.rng.choice(("danger", "warning", "info"))
    return (Widget(kind="alert", label=words.one("errors"), look=look),)


def _button(label: str, look: str = "secondary", state: State | None = None) -> Widget:
    return Widget(kind="button", label=label, look=look, state=state)


def _actions(words: Words, low: int, high: int) -> Widget:
    first, *others = words.some("actions", low, high)
    off: State | None = "disabled" if words.maybe(0.15) else None
    return Widget(
        kind="actions",
        parts=(_button(first, "primary", off), *(_button(label) for label in others)),
    )


def _field(words: Words, label: str) -> Widget:
    value = words.one(words.rng.choice(("people", "companies", "places")))
    return Widget(
        kind="field",
        label=label,
        value=value if words.maybe(0.4) else "",
        hint=words.one("hints") if words.maybe(0.5) else "",
        state="disabled" if words.maybe(0.1) else None,
    )


def _search(words: Words) -> Widget:
    return Widget(kind="search", label=words.one("search"))


def _checks(words: Words, low: int, high: int) -> tuple[Widget, ...]:
    return tuple(
        Widget(
            kind="check", label=label, state=words.rng.choice(("checked", "unchecked", "unchecked"))
        )
        for label in words.some("checks", low, high)
    )


def _radios(words: Words) -> Widget:
    labels = words.some("radios", 2, 4)
    chosen = words.rng.choice(labels)
    parts = tuple(
        Widget(kind="check", label=label, state="checked" if label == chosen else "unchecked")
        for label in labels
    )
    return Widget(kind="radios", label=words.one("groups"), parts=parts)


def _tabs(words: Words) -> Widget:
    labels = words.some("tabs", 3, 5)
    return Widget(
        kind="tabs",
        value=words.rng.choice(labels),
        parts=tuple(Widget(kind="link", label=label) for label in labels),
    )


def _table(words: Words) -> Widget:
    actions = words.some("row_actions", 1, 2)
    rows = tuple(
        (
            str(words.rng.randint(1000, 9999)),
            words.one("companies"),
            words.one("statuses"),
            f"{words.rng.randint(5, 900)}.{words.rng.randint(0, 99):02}",
        )
        for _ in range(words.rng.randint(3, 7))
    )
    columns = tuple(words.some("columns", 4, 4))
    look = words.rng.choice(("link", "button"))
    parts = tuple(Widget(kind="button", label=label, look="small") for label in actions)
    return Widget(kind="table", columns=columns, rows=rows, parts=parts, look=look)


def _items(words: Words) -> Widget:
    rows = tuple((name, words.one("statuses")) for name in words.some("people", 3, 6))
    return Widget(kind="items", rows=rows)


def _tools(words: Words) -> Widget:
    return Widget(kind="actions", parts=(*_icons(words, 2, 4), _button(words.one("actions"))))


def _icons(words: Words, low: int, high: int) -> tuple[Widget, ...]:
    glyphs = words.some("glyphs", low, high)
    return tuple(
        Widget(kind="iconbutton", label=label, look=glyph)
        for label, glyph in zip(words.some("icons", 4, 4), glyphs, strict=False)
    )


def _links(words: Words) -> Widget:
    parts = tuple(Widget(kind="link", label=label) for label in words.some("links", 1, 4))
    return Widget(kind="links", parts=parts)


def _navbar(words: Words) -> Widget:
    parts = tuple(Widget(kind="link", label=label) for label in words.some("tabs", 2, 4))
    tools = (_search(words),) if words.maybe(0.3) else ()
    return Widget(
        kind="navbar", label=words.one("companies"), parts=(*parts, *tools, *_icons(words, 0, 2))
    )


def _dialog(words: Words) -> Widget:
    yes, no = words.some("actions", 2, 2)
    return Widget(
        kind="dialog",
        label=words.one("questions"),
        value=words.one("sentences"),
        parts=(_button(no), _button(yes, words.rng.choice(("primary", "danger")))),
    )
