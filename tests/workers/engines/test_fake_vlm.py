"""The fake VLM reads by labels, under any schema, and invents nothing that is printed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.grammar.writing import admits
from tests.workers.engines.documents import RECEIPT, question
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.proof import allows
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.draft import Candidate
from vouch.schemas.shape import shape_of
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.engines.fake_vlm import FakeVlm
from vouch.workers.engines.fake_writing import write
from vouch.workers.engines.least_value import least_value

STRICT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "total": {"type": "number"},
        "rating": {"type": "integer", "minimum": 3},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "paid": {"type": "boolean"},
        "shipMethod": {"enum": ["express", "slow"]},
        "when": {"type": "string", "format": "date", "title": "Date"},
        "name": {"type": "string"},
    },
    "required": ["total", "rating", "tags", "paid", "when", "name"],
}
PAGE = """
Date: 25 Dec 2018
Total: 1.234,50
Tags: red, dark green
Paid: yes
Ship method
Express
"""
words = st.sampled_from(["Total", "Date", "red", "9.00", "2018-12-25", "yes", "no", "x", ":", "3"])
pages = st.lists(st.lists(words, min_size=1, max_size=5).map(" ".join), max_size=6).map("\n".join)
leaf_schemas: st.SearchStrategy[Any] = st.sampled_from(
    [
        {"type": "string"},
        {"type": ["string", "null"]},
        {"type": "integer", "minimum": 1, "maximum": 40},
        {"type": "number"},
        {"type": "boolean"},
        {"enum": ["red", "green", 3]},
        {"type": "string", "format": "date"},
        {"anyOf": [{"type": "string", "pattern": "^[0-9]+[.][0-9]{2}$"}, {"type": "null"}]},
        {"type": "string", "minLength": 2, "maxLength": 5},
    ]
)
names = st.sampled_from(["total", "date", "red", "dueDate", "a/b"])


def objects(members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names, members, min_size=1, max_size=4).flatmap(
        lambda named: st.sets(st.sampled_from(sorted(named))).map(
            lambda required: {
                "type": "object",
                "properties": named,
                "required": sorted(required),
                "additionalProperties": False,
            }
        )
    )


def lists(members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda member, least: {"type": "array", "items": member, "minItems": least},
        members,
        st.integers(0, 2),
    )


schemas = objects(
    st.recursive(leaf_schemas, lambda inner: objects(inner) | lists(inner), max_leaves=5)
)


def read(text: str, json_schema: dict[str, Any]) -> dict[str, Candidate]:
    (drafted,) = FakeVlm().draft([question(text, json_schema)])
    assert drafted.draft is not None
    return {pointer: first for pointer, (first, *_) in drafted.draft.candidates.items()}


def test_reads_a_receipt_by_its_labels() -> None:
    found = read(RECEIPT, builtin_schema("receipt").json_schema)
    assert {pointer: each.value for pointer, each in found.items()} == {
        "/merchant/phone": "0113 496 0000",
        "/date": "2018-12-25",
        "/items/0/description": "Rye rolls",
        "/items/0/quantity": "2",
        "/items/0/price": "4.50",
        "/items/1/description": "Sourdough loaf",
        "/items/1/quantity": "1",
        "/items/1/price": "4.50",
        "/total": "9.00",
    }
    assert found["/total"].raw == "RM 9.00"
    assert [ref.index for ref in found["/date"].tokens] == [8]


def test_normalises_under_the_schema() -> None:
    found = read(PAGE, STRICT)
    assert found["/total"].value == "1234.5"
    assert found["/when"].value == "2018-12-25"
    assert found["/paid"].value == "true"
    assert found["/shipMethod"].value == "express"
    assert [found["/tags/0"].value, found["/tags/1"].value] == ["red", "dark green"]


def test_what_must_be_there_and_is_not_printed_is_marked() -> None:
    found = read("Nothing to see", STRICT)
    assert found["/rating"].value == "3"
    assert "/shipMethod" not in found
    assert {each.signals.get("inferred") for each in found.values()} == {1.0}
    assert {each.tokens for each in found.values()} == {()}


@pytest.mark.parametrize(
    "json_schema",
    [
        {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 2},
        {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$", "maxLength": 9},
        {"type": "integer", "multipleOf": 7, "minimum": 1},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "format": "date-time"},
        {"type": "object", "patternProperties": {"^x": {"type": "null"}}, "minProperties": 0},
        {"oneOf": [{"type": "boolean"}, {"const": "maybe"}]},
        {"const": None},
    ],
)
def test_what_must_be_written_is_short_and_valid(json_schema: dict[str, Any]) -> None:
    value = least_value(json_schema)
    assert allows(json_schema, value)
    assert len(json.dumps(value)) < 40
    assert least_value(json_schema) == value


def test_a_schema_without_values_has_no_draft() -> None:
    impossible = {"type": "object", "properties": {"a": False}, "required": ["a"]}
    (drafted,) = FakeVlm().draft([question(PAGE, impossible)])
    assert (drafted.draft, drafted.degraded) == (None, "vlm_invalid")


def test_a_label_that_resembles_less_is_less_certain() -> None:
    schema = {"type": "object", "properties": {"total": {"type": ["string", "null"]}}}
    sure, unsure = read("Total 9.00", schema)["/total"], read("Totel 9.00", schema)["/total"]
    assert sure.certainty is not None
    assert unsure.certainty is not None
    assert 0 < unsure.certainty.probability < sure.certainty.probability == 1.0
    assert unsure == read("Totel 9.00", schema)["/total"]


@settings(max_examples=60, deadline=None)
@given(schemas, pages)
def test_every_draft_is_one_of_the_documents_grammar(
    json_schema: dict[str, Any], text: str
) -> None:
    asked = question(text, json_schema)
    lines = NumberedLines.of(asked.layouts)
    shape = shape_of(json_schema)
    answer = "".join(piece for piece, _ in write(shape, lines.lines, required=True).pieces)
    assert admits(draft_grammar(shape, lines.texts), answer), answer
    (drafted,) = FakeVlm().draft([asked])
    assert drafted.draft is not None
