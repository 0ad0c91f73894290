import numpy as np
import pytest

from tests.workers.stages.documents import candidate, certain, page_of, rules, vlm
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.draft import Draft
from vouch.schemas.shape import leaves
from vouch.schemas.wanted import WantedSchema
from vouch.workers.stages.second_look import closeups, in_doubt, narrowed, settled

PAGE = page_of("TOTAL 12.00", "CASH 20.00")
OURS = rules(total=[candidate("12.00", at=[1])])
THEIRS = vlm(total=[certain(candidate("20.00", at=[3]))])
DECISIVE = ("/total", "/date", "/merchant/name")


@pytest.mark.parametrize(
    ("theirs", "doubted"),
    [
        (THEIRS, ("/total",)),
        (vlm(total=[certain(candidate("12.0", at=[1]))]), ()),
        (vlm(total=[certain(candidate("12.00", at=[1]), 0.3)]), ("/total",)),
        (vlm(tip=[certain(candidate("9.00"), 0.3)]), ()),
        (vlm(), ()),
    ],
)
def test_doubts_are_disputes_and_guesses_about_what_decides(
    theirs: Draft, doubted: tuple[str, ...]
) -> None:
    assert in_doubt(OURS, theirs, DECISIVE, 3) == doubted


def test_no_more_fields_are_doubted_than_allowed() -> None:
    ours = rules(total=[candidate("12.00")], date=[candidate("2020-01-01")])
    theirs = vlm(total=[candidate("13.00")], date=[candidate("2020-01-02")])
    assert in_doubt(ours, theirs, DECISIVE, 1) == ("/total",)
    assert in_doubt(ours, theirs, DECISIVE, 0) == ()


def test_what_is_read_again_the_same_is_marked() -> None:
    (best,) = settled(THEIRS, vlm(total=[candidate("20.0")]), OURS).candidates["/total"]
    assert (best.value, best.signals["reread"]) == ("20.00", 1.0)
    assert "changed_mind" not in best.signals


def test_a_model_that_now_sides_with_the_rules_keeps_its_first_reading_as_runner_up() -> None:
    second = vlm(total=[candidate("12.00", at=[1])])
    best, first = settled(THEIRS, second, OURS).candidates["/total"]
    assert (best.value, best.signals) == ("12.00", {"reread": 1.0, "changed_mind": 1.0})
    assert first == THEIRS.candidates["/total"][0]


@pytest.mark.parametrize("second", [None, vlm(), vlm(total=[candidate("8.00")])])
def test_a_third_reading_counts_for_nothing(second: Draft | None) -> None:
    assert settled(THEIRS, second, OURS) == THEIRS


def test_the_narrowed_schema_has_only_the_doubted_leaves_and_forces_none() -> None:
    small = narrowed(builtin_schema("receipt"), ("/date", "/merchant/name"))
    found = dict(leaves(small.shape))
    assert found.keys() == {"/date", "/merchant/name"}
    assert all(leaf.nullable for leaf in found.values())
    assert found["/merchant/name"].copied
    assert found["/date"].json_schema["pattern"]


def test_a_leaf_that_refers_to_definitions_keeps_them() -> None:
    node = {"type": "object", "additionalProperties": {"$ref": "#/$defs/node"}}
    schema = {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/node"}, "other": {"type": "string"}},
        "required": ["tree"],
        "$defs": {"node": node},
    }
    wanted = WantedSchema(name="trees", version="1", json_schema=schema)
    small = narrowed(wanted, ("/tree",))
    assert small.json_schema["$defs"] == {"node": node}
    assert [pointer for pointer, _ in leaves(small.shape)] == ["/tree"]


def test_close_ups_show_each_place_once_and_larger() -> None:
    image = np.full((600, 400, 3), 255, np.uint8)
    image[20:40] = 0
    shown = closeups((OURS, THEIRS, OURS), ("/total",), [PAGE], {1: image})
    assert len(shown) == 2
    upper, lower = shown
    assert upper.shape[0] > 2 * 60
    assert upper.mean() < lower.mean()


def test_what_stands_nowhere_has_no_close_up() -> None:
    image = np.zeros((600, 400, 3), np.uint8)
    assert closeups((rules(total=[candidate("1.00")]),), ("/total",), [PAGE], {1: image}) == ()
