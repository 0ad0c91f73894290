import random

import pytest

from training.screens.kits import HELD_BACK, TRAIN, Kit, Style, html
from training.screens.pages import screen

STYLE = Style(dark=False, size=14, font="sans-serif", margin=24, gap=8, width=760)


def test_no_kit_both_teaches_and_measures() -> None:
    assert not set(TRAIN) & set(HELD_BACK)


def test_a_seed_names_a_page() -> None:
    assert screen(random.Random("3")) == screen(random.Random("3"))
    assert len({screen(random.Random(f"{n}")).model_dump_json() for n in range(20)}) == 20


@pytest.mark.parametrize("kit", [*TRAIN, *HELD_BACK])
def test_every_kit_draws_every_page_in_the_same_words(kit: Kit) -> None:
    for number in range(20):
        page = screen(random.Random(f"{number}"))
        drawn = html(kit, page, STYLE)
        assert drawn == html(kit, page, STYLE)
        for widget in page.widgets:
            if widget.kind in ("heading", "tabs"):
                for label in [widget.label, *(part.label for part in widget.parts)]:
                    assert label in drawn


def test_words_are_escaped() -> None:
    page = screen(random.Random("0")).model_copy(update={"dialog": None})
    sharp = page.widgets[0].model_copy(update={"kind": "paragraph", "label": "<b>&</b>"})
    drawn = html("bootstrap", page.model_copy(update={"widgets": (sharp,)}), STYLE)
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in drawn
