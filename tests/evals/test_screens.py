from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.screens import Found, LocateQuestion, TrueScreen, landed, tally

SCREEN = TrueScreen.model_validate(
    {
        "file": "a.png",
        "elements": [
            {"id": "e1", "role": "button", "bbox": [0, 0, 100, 40]},
            {"id": "e2", "role": "button", "bbox": [200, 0, 300, 40]},
            {"id": "e3", "role": "link", "bbox": [0, 100, 60, 120]},
        ],
        "covered": [[400, 400, 500, 440]],
    }
)


def test_an_element_is_matched_once() -> None:
    twice = [Found(role="button", bbox=(0, 0, 100, 40)), Found(role="button", bbox=(0, 0, 98, 40))]
    button = tally(SCREEN, twice)["button"]
    assert (button.right, button.found, button.there) == (1, 2, 2)
    assert button.f1 == 0.5


def test_the_role_has_to_be_right() -> None:
    counts = tally(SCREEN, [Found(role="link", bbox=(0, 0, 100, 40))])
    assert counts["link"].right == counts["button"].right == 0


def test_what_is_behind_a_dialog_is_not_judged() -> None:
    assert tally(SCREEN, [Found(role="button", bbox=(400, 400, 500, 440))])["button"].found == 0


def test_a_click_lands_inside_or_absence_is_said() -> None:
    there, absent = (LocateQuestion(locate="x", element=e) for e in ("e1", None))
    assert landed(SCREEN, there, (50, 20))
    assert not landed(SCREEN, there, (150, 20))
    assert not landed(SCREEN, there, None)
    assert landed(SCREEN, absent, None)
    assert not landed(SCREEN, absent, (50, 20))


@given(st.permutations(range(3)))
def test_the_truth_is_found_whole_in_any_order(order: list[int]) -> None:
    found = [Found(role=e.role, bbox=e.bbox) for e in (SCREEN.elements[n] for n in order)]
    assert all(counts.f1 == 1 for counts in tally(SCREEN, found).values())
