import random

from training.screens.labels import LabelledElement, Reading
from training.screens.questions import questions
from vouch.schemas.ui import Role


def element(number: int, role: Role, label: str) -> LabelledElement:
    return LabelledElement(
        id=f"e{number}",
        parent=None,
        role=role,
        label=label,
        value=None,
        state=None,
        bbox=(0, 20 * number, 90, 20 * number + 16),
        click_point=None,
    )


def test_what_has_one_name_twice_is_asked_for_by_its_heading() -> None:
    stands = [
        element(1, "text", "Delivery"),
        element(2, "radio", "Public"),
        element(3, "text", "Billing"),
        element(4, "radio", "Public"),
        element(5, "text", "Public"),
    ]
    reading = Reading(elements=tuple(stands), covered=(), lines=())
    asked = questions(reading, {"Delivery", "Billing"}, ["Save"], random.Random(1))
    assert {(one.locate, one.element) for one in asked} == {
        ("the Public option under Delivery", "e2"),
        ("the Public option under Billing", "e4"),
        ("the Save button", None),
    }


def test_a_heading_that_stands_twice_names_no_place() -> None:
    stands = [
        element(1, "text", "Orders"),
        element(2, "input", "Name"),
        element(3, "text", "Orders"),
    ]
    reading = Reading(elements=tuple(stands), covered=(), lines=())
    asked = questions(reading, {"Orders"}, [], random.Random(1))
    assert [one.locate for one in asked] == ["the Name field"]
