"""Pages in a real Chromium; without it, or without the kits, these tests skip."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from training.screens.browser import CHROMIUM, Window, chromium, shoot
from training.screens.kits import HELD_BACK, TRAIN, Kit, Style, fetched, html
from training.screens.labels import Reading
from training.screens.widgets import Screen, Widget
from training.screens.write import labelled

CHECKED = Widget(kind="check", label="Remember me", state="checked")
PAGE = Screen(
    title="Orders",
    language="en",
    widgets=(
        Widget(kind="heading", label="Orders"),
        Widget(kind="field", label="Customer", value="Leeds"),
        CHECKED,
        Widget(kind="actions", parts=(Widget(kind="button", label="Save", look="primary"),)),
        Widget(kind="links", parts=(Widget(kind="link", label="Help"),)),
    ),
)
QUESTION = Widget(
    kind="dialog", label="Leave?", parts=(Widget(kind="button", label="Stay", look="primary"),)
)
STYLE = Style(dark=False, size=14, font="sans-serif", margin=24, gap=8, width=760)
WINDOW = Window(width=800, height=600, scale=1.5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not here: make setup-chromium")
    if not fetched():
        pytest.skip("the kits are not here: make setup-kits")
    with chromium() as running:
        yield running


def read(browser: Browser, kit: Kit, page: Screen = PAGE) -> Reading:
    return shoot(browser, html(kit, page, STYLE), WINDOW).reading


@pytest.mark.parametrize("kit", [*TRAIN, *HELD_BACK])
def test_labels_name_what_is_on_the_page(browser: Browser, kit: Kit) -> None:
    reading = read(browser, kit)
    # some kits print in capitals
    named = {(e.role, (e.label or "").capitalize()): e for e in reading.elements}
    assert {("input", "Customer"), ("button", "Save"), ("link", "Help")} <= named.keys()
    assert named["input", "Customer"].value == "Leeds"
    assert named["checkbox", "Remember me"].state == "checked"
    box = named["checkbox", "Remember me"].bbox
    assert 10 < box[2] - box[0] < 90, "the drawn box, not the hidden control"
    assert {"orders", "save", "help"} <= {line.text.casefold() for line in reading.lines}


@pytest.mark.parametrize("kit", [*TRAIN, *HELD_BACK])
def test_a_dialog_covers_the_page(browser: Browser, kit: Kit) -> None:
    reading = read(browser, kit, PAGE.model_copy(update={"dialog": QUESTION}))
    dialog = next(e for e in reading.elements if e.role == "dialog")
    buttons = [(e.label, e.parent) for e in reading.elements if e.role == "button"]
    assert [((label or "").casefold(), holder) for label, holder in buttons] == [
        ("stay", dialog.id)
    ]
    assert reading.covered


@pytest.mark.parametrize("kit", [*TRAIN, *HELD_BACK])
def test_labels_lie_inside_the_picture(browser: Browser, kit: Kit) -> None:
    shot, label = labelled(browser, kit, 3, seed=5)
    width, height = Image.open(io.BytesIO(shot.png)).size
    ids = {e.id for e in label.elements}
    assert ids
    for element in label.elements:
        left, top, right, bottom = element.bbox
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert element.parent is None or element.parent in ids
    assert {q.element for q in label.locate} <= ids | {None}


@pytest.mark.parametrize("kit", ["plain", "fluent"])
def test_a_seed_names_a_picture(browser: Browser, kit: Kit) -> None:
    (one, label), (two, again) = (labelled(browser, kit, 2, seed=9) for _ in range(2))
    assert label == again
    pictures = (Image.open(io.BytesIO(shot.png)).convert("L") for shot in (one, two))
    # Chromium's raster threads may round an edge at a fraction of a pixel by a level of grey
    assert max(ImageChops.difference(*pictures).tobytes()) <= 3
