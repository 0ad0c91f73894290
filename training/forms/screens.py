"""Screens: a title bar, tabs or a side list, fields, tiles, a table with actions, buttons."""

import random
from dataclasses import dataclass, field

from training.forms.facts import Element, Fact, Rows, quad
from training.forms.manners import Manner
from training.forms.paper import chosen_fields
from training.forms.pen import Box, Colour, Printed, Sheet, drawn_look
from training.forms.setting import Setting
from training.forms.values import Value
from training.forms.vocabulary import Button, Concept, Kind, Vocabulary, words


@dataclass
class Screen(Setting):
    """A setting with things to click."""

    elements: list[Element] = field(default_factory=list)
    unused: list[Button] = field(default_factory=list)

    def button(self, x: float, y: float, noun: str = "button") -> float:
        """One of the buttons that are left; where it ends."""
        button = self.unused.pop()
        fits = [label for label in button.labels if self._speaks(button, label)]
        label = self.rng.choice(fits or list(button.labels))
        size = self.sheet.look.size
        width = self.sheet.length(label) + 2 * size
        box = (x, y, x + width, y + 2.1 * size)
        is_main = noun == "button" and self.rng.random() < 0.4
        if noun == "button":
            fill = self.sheet.look.accent if is_main else self.sheet.shade(0.1)
            self.sheet.panel(box, fill=fill, edge=self.sheet.shade(0.3), radius=5)
        ink = (
            ((255, 255, 255) if sum(self.sheet.look.accent) < 400 else (0, 0, 0))
            if is_main
            else None
        )
        self.sheet.write(x + size, y + 0.4 * size, label, ink=ink)
        self.elements.append(Element(noun, label, quad(box), button.asks, key=button.key))
        return float(box[2])

    def _speaks(self, button: Button, label: str) -> bool:
        """Whether a label is in the screen's language: labels are in the order of languages."""
        others = len(button.labels) - 3
        at = button.labels.index(label)
        return (
            at < others if self.manner.language == "en" else at == others + self.manner.speaks - 1
        )


def _on_top_of(fill: Colour) -> Colour:
    return (255, 255, 255) if sum(fill) < 400 else (0, 0, 0)


def drawn_screen(kind: Kind, part: Vocabulary, manner: Manner, rng: random.Random) -> Screen:
    """One screen of this kind."""
    width = rng.randint(600, 800) if kind.screen == "dialog" else rng.randint(700, 1200)
    sheet = Sheet(drawn_look(rng, is_screen=True), width)
    on = Screen(sheet, manner, rng, 24.0, width - 24.0, 0.0)
    on.unused = rng.sample(list(part.buttons), len(part.buttons))
    _title_bar(on, kind, part)
    if kind.screen != "dialog":
        _tabs(on)
    chosen = chosen_fields(kind.fields, rng, 5, 11, on)
    if kind.screen in ("dialog", "form") and rng.random() < 0.6:
        on.noise()
    _BODIES[str(kind.screen)](on, chosen)
    if kind.tables and rng.random() < 0.8:
        on.y += 0.5 * on.step
        on.table(rng.choice(kind.tables), most=6)
        _actions(on)
    x = on.left
    on.y += 0.4 * on.step
    for _ in range(rng.randint(1, 3)):
        if x < on.right - 12 * sheet.look.size:
            x = on.button(x, on.y) + 14
    on.y += 2.6 * sheet.look.size
    if rng.random() < 0.4:
        on.noise()
    return on


def _title_bar(on: Screen, kind: Kind, part: Vocabulary) -> None:
    size = on.sheet.look.size
    text = on.rng.choice(kind.titles[on.manner.language])
    if on.rng.random() < 0.5:
        on.sheet.panel((0, 0, on.sheet.width, 2 * size), fill=on.sheet.shade(0.15))
        for number in range(3):
            x = on.sheet.width - 24 - 22 * number
            on.sheet.disc((x, size * 0.6, x + 10, size * 0.6 + 10), on.sheet.look.faint)
        on.y = 0.35 * size
        laid = Printed((on.sheet.write(on.left, on.y, text),))
        on.y = 2.6 * size
    else:
        on.y = size
        laid = on.heading(text, 1.5)
        on.y += 0.3 * size
    concept = next(one for one in part.heads if one.sort == "title")
    on.keep(concept, Value("title", text, text), laid, None)


def _tabs(on: Screen) -> None:
    x = on.left
    for _ in range(on.rng.randint(2, 4)):
        if x < on.right - 12 * on.sheet.look.size:
            x = on.button(x, on.y, on.rng.choice(("tab", "link"))) + 4
    on.y += 2.2 * on.sheet.look.size
    on.sheet.rule(on.left, on.y, on.right, on.y)
    on.y += 0.6 * on.step


def _form(on: Screen, concepts: list[Concept]) -> None:
    """Fields to type into; what is on or off is a box to tick or a word."""
    size = on.sheet.look.size
    above = on.rng.random() < 0.4
    for concept in concepts:
        label, value = on.label_of(concept), on.value_of(concept)
        if value.sort == "flag" and on.rng.random() < 0.7:
            _tick(on, concept, label, value)
            continue
        x = on.left if above else on.left + max(0.35 * on.width, on.sheet.length(label) + size)
        on.sheet.write(on.left, on.y + (0 if above else 0.35 * size), label)
        on.y += 1.5 * size if above else 0
        width = min(on.right - x, max(on.sheet.length(value.text) + 2 * size, 0.4 * on.width))
        box = (x, on.y, x + width, on.y + 2 * size)
        on.sheet.panel(box, fill=on.sheet.shade(0.03), edge=on.sheet.look.faint, radius=3)
        on.elements.append(Element("field", label, quad(box), key=concept.key))
        if on.rng.random() < 0.07:
            on.blank.append(Fact(concept, value, label=label))
        else:
            run = on.sheet.write(x + 0.6 * size, on.y + 0.35 * size, value.text)
            on.keep(concept, value, Printed((run,)), label)
        on.y += 2.7 * size


def _tick(on: Screen, concept: Concept, label: str, value: Value) -> None:
    side = on.sheet.look.size * 1.1
    box: Box = (on.left, on.y + 2, on.left + side, on.y + 2 + side)
    on.sheet.panel(box, edge=on.sheet.look.ink, radius=2)
    if value.normal is True:
        on.sheet.tick(box)
    on.sheet.write(on.left + 1.6 * side, on.y, label)
    on.known(Fact(concept, Value("flag", "", value.normal), quad(box), label=label))
    on.elements.append(Element("box", label, quad(box), key=concept.key))
    on.y += 2 * on.sheet.look.size


def _list(on: Screen, concepts: list[Concept]) -> None:
    on.fields(concepts, ("beside", "dotted", "dotted", "behind"))


def _tiles(on: Screen, concepts: list[Concept]) -> None:
    """Large figures in cards."""
    size, columns = on.sheet.look.size, max(2, int(on.width / (13 * on.sheet.look.size)))
    columns = min(columns, 4)
    each = (on.width - 12 * (columns - 1)) / columns
    is_below = on.rng.random() < 0.5
    for number, concept in enumerate(concepts):
        x, y = on.left + number % columns * (each + 12), on.y + number // columns * 5.2 * size
        label, value = on.label_of(concept), on.value_of(concept)
        on.sheet.panel((x, y, x + each, y + 4.6 * size), fill=on.sheet.shade(0.05),
                       edge=on.sheet.shade(0.2), radius=8)  # fmt: skip
        scale = min(1.5, (each - 16) / on.sheet.length(value.text, bold=True))
        small = min(0.85, (each - 16) / on.sheet.length(label))
        on.sheet.write(x + 8, y + (2.9 if is_below else 0.5) * size, label, scale=small,
                       ink=on.sheet.look.faint)  # fmt: skip
        top = y + (0.6 if is_below else 2.0) * size
        run = on.sheet.write(x + 8, top, value.text, scale=scale, bold=True)
        on.keep(concept, value, Printed((run,)), label)
    on.y += -(-len(concepts) // columns) * 5.2 * size


def _dialog(on: Screen, concepts: list[Concept]) -> None:
    note = on.rng.choice(words()[on.manner.language]["noise"])
    laid = on.sheet.lay(on.left + 40, on.y, note, on.width - 40)
    on.sheet.disc((on.left, on.y, on.left + 26, on.y + 26), (200, 50, 40))
    on.y += (len(laid.runs) + 0.6) * on.step
    on.fields(concepts, ("behind", "beside", "dotted"))


_BODIES = {"form": _form, "list": _list, "tiles": _tiles, "dialog": _dialog}


def _actions(on: Screen) -> None:
    """The same action in every row of a table that has room for it."""
    rows: Rows = on.tables[-1]
    ends = [fact.place[1][0] for row in rows.rows for fact in row if fact.place]
    button = on.unused.pop()
    label = button.labels[0]
    width = on.sheet.length(label)
    if not rows.table.has_actions or max(ends) + width + 20 > on.right:
        return
    for number, row in enumerate(rows.rows, 1):
        place = row[0].place
        if place:
            run = on.sheet.write(on.right - width, place[0][1], label, ink=on.sheet.look.accent)
            on.elements.append(
                Element("link", label, quad(run.box), row=number, beside=row[0].value.text,
                        key=button.key)
            )  # fmt: skip
