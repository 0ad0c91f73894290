import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.stages.readers.location.phrase import LAST, Wanted, readings, role_named

ORDERS = Wanted(label="Orders")
ROW_3 = Wanted(role="list_row", ordinal=3)


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("the Submit button", Wanted(label="Submit", role="button")),
        ("Submit", Wanted(label="Submit")),
        ("the Sign in button", Wanted(label="Sign in", role="button")),
        ("'Save in folder'", Wanted(label="Save in folder")),
        ("das Suchfeld unter Orders", Wanted("Such", "input", None, "below", ORDERS)),
        (
            "le bouton Envoyer à gauche de Orders",
            Wanted("Envoyer", "button", None, "left_of", ORDERS),
        ),
        ("the search field under Orders", Wanted("search", "input", None, "below", ORDERS)),
        ("the checkbox next to Orders", Wanted("", "checkbox", None, "beside", ORDERS)),
        ("row 3 Delete", Wanted("Delete", None, None, "inside", ROW_3)),
        ("Delete in row 3", Wanted("Delete", None, None, "inside", ROW_3)),
        ("Löschen in Zeile 3", Wanted("Löschen", None, None, "inside", ROW_3)),
        ("the third row", ROW_3),
        ("row #3", ROW_3),
        ("the second Edit link", Wanted("Edit", "link", 2)),
        ("der letzte Knopf", Wanted("", "button", LAST)),
        ("First name", Wanted("First name")),
        ("das Speichern-Symbol", Wanted("Speichern", "icon")),
    ],
)
def test_what_is_meant_is_among_the_readings(phrase: str, meant: Wanted) -> None:
    assert meant in readings(phrase)


@given(st.text(max_size=80))
def test_any_text_has_readings_or_none_and_each_wants_something(phrase: str) -> None:
    for wanted in readings(phrase):
        assert wanted.label or wanted.role


def test_nothing_is_wanted_by_no_words() -> None:
    assert readings("  ,. ") == readings("the") == ()


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("buttons", "button"),
        ("checkboxes", "checkbox"),
        ("Felder", None),
        ("Schaltflächen", "button"),
        ("liens", "link"),
        ("Zeilen", "list_row"),
        ("bottoni", "button"),
        ("apples", None),
    ],
)
def test_a_role_is_known_by_its_plural(word: str, role: str | None) -> None:
    assert role_named(word) == role
