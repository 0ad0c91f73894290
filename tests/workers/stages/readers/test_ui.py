import json

from tests.workers.stages.readers.screens import Seen, screen
from vouch.schemas.draft import Draft
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.seen import Seen as Document
from vouch.workers.stages.readers.ui import read_ui

ROWS = (
    ((50, "Settings"),),
    ((60, "Bernd"), (450, "Name")),
    ((90, "Send me the newsletter"),),
    ((50, "Cancel"), (250, "Save changes")),
)
ELEMENTS = (
    Seen("input", "Name", 0, (50, 105, 400, 150)),
    Seen("checkbox", "Send me the newsletter", 0, (50, 170, 80, 200), "checked"),
    Seen("button", "Cancel"),
    Seen("button", "Save changes"),
    Seen("text", "Settings"),
    Seen("dialog", box=(10, 0, 790, 400)),
)
PAGE = screen(ROWS, ELEMENTS)


def read(*layouts: PageLayout) -> Draft:
    return read_ui(Document(layouts, Options(schema_name="ui")))


def leaves(draft: Draft, number: int) -> dict[str, str]:
    prefix = f"/elements/{number}/"
    return {
        pointer.removeprefix(prefix): best.value
        for pointer, (best, *_) in draft.candidates.items()
        if pointer.startswith(prefix)
    }


def test_an_element_is_told_with_its_role_its_name_and_where_to_click() -> None:
    told = leaves(read(PAGE), 3)
    assert (told["id"], told["role"], told["label"]) == ("p1e3", "button", "Save changes")
    left, top, right, bottom = json.loads(told["bbox"])
    x, y = json.loads(told["click_point"])
    assert left < x < right
    assert top < y < bottom


def test_a_field_holds_what_stands_in_it_and_is_called_by_what_stands_beside() -> None:
    told = leaves(read(PAGE), 0)
    assert (told["label"], told["value"]) == ("Name", "Bernd")


def test_a_mark_has_a_state() -> None:
    assert leaves(read(PAGE), 1)["state"] == "checked"


def test_nobody_clicks_into_the_middle_of_a_dialog_or_on_text() -> None:
    draft = read(PAGE)
    assert "click_point" not in leaves(draft, 4)
    assert "click_point" not in leaves(draft, 5)


def test_elements_of_all_pages_are_one_list() -> None:
    draft = read(PAGE, PAGE)
    assert leaves(draft, 6)["role"] == "input"
    assert leaves(draft, 11)["role"] == "dialog"


def test_values_stand_where_they_were_seen_or_read() -> None:
    for candidates in read(PAGE).candidates.values():
        for made in candidates:
            assert made.tokens if made.raw else made.place is not None


def test_a_screen_without_elements_has_no_fields() -> None:
    assert read(screen(ROWS)).candidates == {}


def test_a_dialog_on_top_names_the_screen() -> None:
    named = (*ELEMENTS[:5], Seen("dialog", "Settings", 0, (10, 0, 790, 400)))
    assert read(screen(ROWS, named)).candidates["/screen"][0].value == "Settings"
