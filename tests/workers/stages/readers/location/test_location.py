import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.stages.readers.screens import Seen, screen
from vouch.schemas.draft import Draft
from vouch.schemas.job import Options
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.location.reader import read_location
from vouch.workers.stages.readers.seen import Seen as Document

ROWS = (
    ((50, "Settings"),),
    ((50, "Orders"), (450, "Customers")),
    ((60, "Search"), (460, "Search")),
    ((50, "Anna Schmidt"), (450, "Edit"), (600, "Delete")),
    ((50, "Bernd Maier"), (450, "Edit"), (600, "Delete")),
    ((50, "Carla Rossi"), (450, "Edit"), (600, "Delete")),
    ((90, "Send me the newsletter"),),
    ((50, "Press Cancel to leave this page"),),
    ((50, "Cancel"), (250, "Sign in"), (450, "Save changes")),
)
ELEMENTS = (
    Seen("input", "Search", 0, (50, 165, 400, 200)),
    Seen("input", "Search", 1, (450, 165, 780, 200)),
    *(Seen("link", "Edit", nth) for nth in range(3)),
    *(Seen("button", "Delete", nth) for nth in range(3)),
    *(Seen("list_row", box=(40, 220 + 60 * nth, 780, 270 + 60 * nth)) for nth in range(3)),
    Seen("checkbox", "Send me the newsletter", 0, (50, 410, 320, 430), "checked"),
    Seen("button", "Cancel", 1),
    Seen("button", "Sign in"),
    Seen("button", "Save changes"),
)
PLAIN = screen(ROWS)
FULL = screen(ROWS, ELEMENTS)


def located(phrase: str, layout: PageLayout) -> Draft:
    options = Options(task="locate", schema_name="location", locate=phrase)
    return read_location(Document((layout,), options))


def box_of(draft: Draft) -> list[float]:
    box: list[float] = json.loads(draft.candidates["/element/bbox"][0].value)
    return box


def point_of(draft: Draft) -> tuple[float, float]:
    x, y = json.loads(draft.candidates["/element/click_point"][0].value)
    return x, y


def is_in(point: tuple[float, float], left: float, top: float, right: float, bottom: float) -> bool:
    return left <= point[0] <= right and top <= point[1] <= bottom


@pytest.mark.parametrize("layout", [PLAIN, FULL], ids=["words", "elements"])
@pytest.mark.parametrize(
    ("phrase", "box"),
    [
        ("the Cancel button", (38, 520, 122, 560)),
        ("the Sign in button", (238, 520, 332, 560)),
        ("the Save button", (438, 520, 582, 560)),
        ("the search field under Customers", (450, 160, 780, 205)),
        ("das Search-Feld unter Orders", (50, 160, 400, 205)),
        ("row 3 Delete", (588, 340, 672, 385)),
        ("Delete in the second row", (588, 280, 672, 325)),
        ("the last Edit link", (438, 340, 502, 385)),
        ("the Edit link in the row Bernd Maier", (438, 280, 502, 325)),
        ("Delete next to Carla Rossi", (588, 340, 672, 385)),
        ("the newsletter checkbox", (50, 400, 320, 440)),
    ],
)
def test_the_thing_is_found(
    phrase: str, box: tuple[float, float, float, float], layout: PageLayout
) -> None:
    draft = located(phrase, layout)
    assert draft.candidates["/found"][0].value == "true"
    assert is_in(point_of(draft), *box), (box_of(draft), box)


def test_what_has_no_label_is_found_where_its_role_was_seen() -> None:
    """Words alone do not say what is a button."""
    phrase = "the button left of 'Sign in'"
    assert is_in(point_of(located(phrase, FULL)), 38, 520, 122, 560)


@pytest.mark.parametrize("layout", [PLAIN, FULL], ids=["words", "elements"])
@pytest.mark.parametrize(
    "phrase",
    [
        "the Logout button",
        "the Submit button",
        "row 9 Delete",
        "the fourth Edit link",
        "Delete under Invoices",
    ],
)
def test_what_is_not_there_is_not_found(phrase: str, layout: PageLayout) -> None:
    draft = located(phrase, layout)
    assert set(draft.candidates) == {"/found"}
    (absent,) = draft.candidates["/found"]
    assert absent.value == "false"
    assert absent.place is not None
    assert absent.place.bbox.area == layout.tokens.width * layout.tokens.height


@pytest.mark.parametrize("layout", [PLAIN, FULL], ids=["words", "elements"])
def test_two_that_fit_alike_are_both_offered_without_a_margin(layout: PageLayout) -> None:
    draft = located("the Delete button", layout)
    points = draft.candidates["/element/click_point"]
    assert len(points) == 3
    assert points[0].signals["margin"] == 0.0
    sure = located("the Sign in button", layout).candidates["/element/click_point"][0]
    assert sure.signals["margin"] > 0.3


def test_the_role_is_said_only_where_an_element_was_seen() -> None:
    assert "/element/role" not in located("the Cancel button", PLAIN).candidates
    assert located("the Cancel button", FULL).candidates["/element/role"][0].value == "button"


def test_a_row_is_clicked_on_its_words_and_a_checkbox_on_its_mark() -> None:
    assert is_in(point_of(located("the second row", FULL)), 50, 285, 150, 320)
    assert is_in(point_of(located("the newsletter checkbox", FULL)), 50, 410, 70, 430)


def test_boxes_are_pixels_of_the_upload() -> None:
    turned = screen(ROWS, turn=180)
    left, top, right, bottom = box_of(located("Sign in", turned))
    x0, y0, x1, y1 = box_of(located("Sign in", PLAIN))
    assert (left, top, right, bottom) == (800 - x1, 2000 - y1, 800 - x0, 2000 - y0)


@given(st.text(max_size=60))
def test_any_phrase_has_an_honest_answer(phrase: str) -> None:
    draft = located(phrase, FULL)
    for candidates in draft.candidates.values():
        assert all(0 <= one.score <= 1 for one in candidates)
        assert [one.score for one in candidates] == sorted(
            (one.score for one in candidates), reverse=True
        )
