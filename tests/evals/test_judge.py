"""Records against labels: scalars, lists, evidence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evals.records import field, record
from vouch.evals.columns import judge_columns
from vouch.evals.judge import Verdict, judge, match_rows
from vouch.evals.labels import LabelledDocument


def labelled(expected: dict[str, Any], **more: Any) -> LabelledDocument:
    return LabelledDocument.model_validate(
        {"file": "a.jpg", "schema": "receipt", "expected": expected, **more}
    )


def one(verdicts: tuple[Verdict, ...]) -> Verdict:
    (verdict,) = verdicts
    return verdict


def test_a_pointer_without_label_is_not_judged() -> None:
    given_fields = {"/total": field("9.00"), "/tax": field("0.54")}
    assert [v.pointer for v in judge(labelled({"/total": "9"}), record(given_fields))] == ["/total"]


def test_a_value_where_none_is_expected_is_a_false_positive() -> None:
    verdict = one(judge(labelled({"/tip": None}), record({"/tip": field("1.00")})))
    assert verdict.wrong
    assert not verdict.missed


def test_rightly_absent_is_neither_wrong_nor_missed() -> None:
    verdict = one(judge(labelled({"/tip": None}), record({"/tip": field(None)})))
    assert [verdict.right, verdict.wrong, verdict.missed] == [False] * 3


def test_no_record_misses_everything() -> None:
    verdicts = judge(labelled({"/total": "9", "/items/0/price": "9"}), None)
    assert [verdict.missed for verdict in verdicts] == [True, True]


@pytest.mark.parametrize(
    ("value", "at", "attributed"),
    [
        ("9.00", (10, 10, 20, 20), True),
        ("9.00", (10, 60, 20, 70), False),
        ("8.00", (10, 10, 20, 20), False),
        ("9.00", None, False),
    ],
)
def test_attribution_needs_the_right_value_in_a_labelled_place(
    value: str, at: tuple[float, float, float, float] | None, *, attributed: bool
) -> None:
    region = [[8, 8], [40, 8], [40, 22], [8, 22]]
    labels = labelled({"/total": "9.00"}, regions={"/total": [region]})
    assert one(judge(labels, record({"/total": field(value, at=at)}))).attributed is attributed


def test_without_a_labelled_region_attribution_is_not_judged() -> None:
    labels = labelled({"/total": "9.00"})
    assert one(judge(labels, record({"/total": field("9.00")}))).attributed is None


def test_items_are_matched_best_to_best_whatever_their_index() -> None:
    labels = labelled(
        {
            "/items/0/description": "Tea",
            "/items/0/price": "3.00",
            "/items/1/description": "Apple pie",
            "/items/1/price": "4.00",
        }
    )
    found = {
        "/items/0/description": field("Apple pie"),
        "/items/0/price": field("4.50"),
        "/items/1/description": field("Tea"),
        "/items/1/price": field("3.00"),
        "/items/2/price": field("7.00"),
        "/items/2/quantity": field("1"),
    }
    verdicts = judge(labels, record(found))
    assert [(v.pointer, v.given, v.right) for v in verdicts] == [
        ("/items/*/description", "Tea", True),
        ("/items/*/price", "3.00", True),
        ("/items/*/description", "Apple pie", True),
        ("/items/*/price", "4.50", False),
        ("/items/*/price", "7.00", False),
    ]


def test_whole_lists_of_plain_values() -> None:
    found = {"/buttons/0": field("Cancel"), "/buttons/1": field("OK"), "/buttons/2": field("Help")}
    verdicts = judge(labelled({"/buttons": ["OK", "Cancel"]}), record(found))
    assert sorted((v.pointer, str(v.given), v.right) for v in verdicts) == [
        ("/buttons/*", "Cancel", True),
        ("/buttons/*", "Help", False),
        ("/buttons/*", "OK", True),
    ]
    assert one(judge(labelled({"/buttons": []}), record({"/buttons/0": field("OK")}))).wrong


def test_columns_of_printed_items_are_judged_apart() -> None:
    labels = labelled({}, raw={"/items/*/price": ["£6.95", "5,00"], "/total": "£11.95"})
    found = {"/items/0/price": field("5.00"), "/items/1/price": field("6.59")}
    verdicts = judge_columns(labels, record(found))
    assert [(v.given, v.right) for v in verdicts] == [
        (None, False),
        ("5.00", True),
        ("6.59", False),
    ]


@given(st.lists(st.lists(st.floats(0, 3), min_size=4, max_size=4), max_size=6))
def test_matching_pairs_each_row_at_most_once(likeness: list[list[float]]) -> None:
    pairs = match_rows(likeness)
    assert len(set(pairs.values())) == len(pairs)
    assert all(likeness[one][two] > 0 for one, two in pairs.items())
