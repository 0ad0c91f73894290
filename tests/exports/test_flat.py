"""Flat records: their keys follow from the schema alone, and so do the types of their values."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from vouch.exports.flat_plan import plan_of, schema_of
from vouch.exports.formats import exported
from vouch.schemas.builtin import BUILTIN, builtin_schema
from vouch.schemas.flat import FlatRecord
from vouch.schemas.record import Record
from vouch.schemas.shape import JsonSchema, shape_of


def holding(record: Record, name: str, data: dict[str, Any]) -> Record:
    """The record, as if it had been read under a schema of this name."""
    ref = record.schema_.model_copy(update={"name": name})
    whole = {"schema_": ref, "data": BUILTIN[name].model_validate(data).model_dump(mode="json")}
    return record.model_copy(update=whole)


def flat(record: Record, own: JsonSchema | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported("flat", record, (), own=own))
    FlatRecord.model_validate(found)
    shape = builtin_schema(record.schema_.name).shape if own is None else shape_of(own)
    schema = schema_of(plan_of(shape), "own")
    Draft202012Validator(schema).validate(found)
    assert list(found) == list(schema["properties"])
    return found


def test_a_value_stands_beside_what_vouches_for_it(record: Record) -> None:
    found = flat(holding(record, "receipt", record.data))
    assert {key: value for key, value in found.items() if key.startswith("total")} == {
        "total": "9.00",
        "total_confidence": 0.99,
        "total_decision": "accept",
        "total_page": 1,
        "total_left": 400,
        "total_top": 700,
        "total_right": 480,
        "total_bottom": 730,
    }
    assert (found["date_decision"], found["tip_decision"], found["tip"]) == ("review", None, None)
    assert (found["decision"], found["reasons"], found["documents"]) == ("review", None, 1)
    assert found["merchant_name"] is None
    assert found["items"] == []


def test_lists_are_tables(record: Record) -> None:
    data = {"items": [{"description": "Tea", "price": "2.00"}, {"description": "Cake"}]}
    tea = record.fields["/total"].model_copy(update={"value": "Tea"})
    shown = holding(record, "receipt", data).model_copy(
        update={"fields": {"/items/0/description": tea}}
    )
    first, second = flat(shown)["items"]
    assert (first["index"], first["description"], first["price"]) == (0, "Tea", "2.00")
    assert (first["description_confidence"], first["description_left"]) == (0.99, 400)
    assert (second["index"], second["price"], second["description_page"]) == (1, None, None)


def test_a_list_of_words_has_a_column_for_them(record: Record) -> None:
    found = flat(holding(record, "error_screenshot", {"buttons": ["OK", None]}))
    assert [row["value"] for row in found["buttons"]] == ["OK", None]


def test_rows_of_an_inner_list_name_their_outer_row(record: Record) -> None:
    cell = {"row": 0, "column": 1, "text": "a"}
    data = {"tables": [{"cells": []}, {"page": 2, "cells": [cell]}]}
    found = flat(holding(record, "generic", data))
    assert [row["page"] for row in found["tables"]] == [None, 2]
    (row,) = found["tables_cells"]
    assert (row["index"], row["tables_index"], row["column"], row["text"]) == (0, 1, 1, "a")


def test_where_to_click(record: Record) -> None:
    element = {"role": "button", "bbox": (1, 2, 31, 12), "click_point": (16, 7)}
    found = flat(holding(record, "location", {"found": True, "element": element}))
    assert (found["element_click_point_x"], found["element_click_point_y"]) == (16, 7)
    assert found["element_bbox_right"] == 31
    nowhere = flat(holding(record, "location", {"found": False}))
    assert nowhere["element_click_point_x"] is None
    assert set(nowhere) == set(found)


@pytest.mark.parametrize("name", BUILTIN)
def test_the_keys_do_not_depend_on_the_document(record: Record, name: str) -> None:
    found = flat(holding(record, name, {}))
    kinds = {key: part["type"] for key, part in schema_of_builtin(name)["properties"].items()}
    assert all(value in ([], None) for key, value in found.items() if "array" in kinds[key])


def schema_of_builtin(name: str) -> JsonSchema:
    return schema_of(plan_of(builtin_schema(name).shape), name)


def test_names_that_meet_are_told_apart(record: Record) -> None:
    own = {
        "type": "object",
        "properties": {
            "total": {"type": "string"},
            "total_page": {"type": "integer"},
            "decision": {"type": ["boolean", "null"]},
            "a b": {"type": "object", "properties": {"c/d": {"type": "number"}}},
            "any": {},
        },
    }
    data = {"total": "1", "total_page": 3, "decision": True, "a b": {"c/d": 0.5}, "any": {"x": [1]}}
    found = flat(record.model_copy(update={"data": data}), own)
    told = ("total", "total_page", "total_page_2", "decision", "decision_2", "a_b_c_d", "any")
    assert [found[key] for key in told] == ["1", 1, 3, "review", True, 0.5, '{"x": [1]}']


NAMES = st.text("ab_/* 1", max_size=3)
LEAVES = st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean")])
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda member: {"type": "array", "items": member}, inner),
        st.builds(
            lambda parts: {"type": "object", "properties": parts},
            st.dictionaries(NAMES, inner, min_size=1, max_size=4),
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(SCHEMAS)
def test_every_schema_has_a_plan_with_keys_of_their_own(schema: JsonSchema) -> None:
    plan = plan_of(shape_of(schema))
    keys = [key for column in plan.columns for key in column.types]
    names = [*FlatRecord.model_fields, *keys, *(table.name for table in plan.tables)]
    assert len(names) == len(set(names))
    for table in plan.tables:
        own = [*table.indices, *(key for column in table.columns for key in column.types)]
        assert len(own) == len(set(own))
    Draft202012Validator.check_schema(schema_of(plan, "own"))
