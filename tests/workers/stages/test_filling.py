import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import JsonValue

from vouch.schemas.builtin import builtin_schema
from vouch.schemas.draft import Pointer
from vouch.schemas.errors import SchemaRefused, SchemaUnmet
from vouch.schemas.pointers import steps_of
from vouch.schemas.shape import (
    JsonSchema,
    LeafShape,
    ListShape,
    ObjectShape,
    Shape,
    escaped,
    shape_of,
)
from vouch.workers.stages.filling import absent_pointers, filled, placed, proved

VALUES: dict[str, list[Any]] = {
    "string": ["", "12", 'a "b"'],
    "number": [0.5, -3],
    "boolean": [True, False],
    "enum": ["red", 7],
}
NAMES = ["total", "a/b", "c~d", "0", "*"]


def leaf(kind: str) -> JsonSchema:
    return {"enum": VALUES["enum"]} if kind == "enum" else {"type": kind}


def or_null(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


def containers(inner: st.SearchStrategy[JsonSchema]) -> st.SearchStrategy[JsonSchema]:
    lists = st.builds(
        lambda items, least: {"type": "array", "items": items, "minItems": least},
        inner,
        st.integers(0, 2),
    )
    return lists | st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3).flatmap(
        lambda named: st.lists(st.sampled_from(sorted(named)), unique=True).map(
            lambda required: {"type": "object", "properties": named, "required": required}
        )
    )


LEAVES = st.sampled_from(sorted(VALUES)).map(leaf)
SCHEMAS = st.recursive(
    LEAVES | LEAVES.map(or_null),
    lambda inner: containers(inner) | containers(inner).map(or_null),
    max_leaves=8,
)
FORGIVING = st.recursive(LEAVES.map(or_null), containers, max_leaves=8)


@st.composite
def found(draw: st.DrawFn, shape: Shape, at: Pointer = "") -> dict[Pointer, str]:
    """Values for some leaves of a shape."""
    match shape:
        case LeafShape():
            kinds = [shape.json_schema.get("type", "enum")]
            values = [value for kind in kinds for value in VALUES[kind]]
            return draw(st.just({}) | st.sampled_from(values).map(lambda v: {at: shape.written(v)}))
        case ListShape():
            indices = draw(st.sets(st.integers(0, 11), max_size=3))
            return {
                k: v for n in indices for k, v in draw(found(shape.member, f"{at}/{n}")).items()
            }
        case ObjectShape():
            return {
                pointer: value
                for child in shape.properties
                for pointer, value in draw(
                    found(child.shape, f"{at}/{escaped(child.name)}")
                ).items()
            }


def at(data: Any, pointer: Pointer) -> Any:
    for step in steps_of(pointer):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


@given(st.data(), SCHEMAS)
def test_data_is_valid_under_its_schema_or_refused(data: st.DataObject, schema: JsonSchema) -> None:
    shape = shape_of(schema)
    try:
        tree = filled(shape, data.draw(found(shape)))
    except SchemaUnmet:
        return
    Draft202012Validator(schema).validate(tree)


@given(st.data(), FORGIVING)
def test_a_schema_whose_leaves_may_all_be_null_can_always_be_filled(
    data: st.DataObject, schema: JsonSchema
) -> None:
    shape = shape_of(schema)
    Draft202012Validator(schema).validate(filled(shape, data.draw(found(shape))))


@given(st.data(), FORGIVING)
def test_every_value_stands_where_its_pointer_leads(
    data: st.DataObject, schema: JsonSchema
) -> None:
    shape = shape_of(schema)
    values = data.draw(found(shape))
    tree = filled(shape, values)
    there = list(placed(shape, values))
    assert sorted(value for _, _, value in there) == sorted(values.values())
    for pointer, held, value in there:
        assert at(tree, pointer) == held.read(value)


@given(SCHEMAS)
def test_absent_pointers_lead_into_no_list(schema: JsonSchema) -> None:
    shape = shape_of(schema)
    placeable = {pointer for pointer, _, _ in placed(shape, dict.fromkeys(absent_pointers(shape)))}
    assert placeable == set(absent_pointers(shape))


def test_builtin_data_has_all_its_members_without_a_value() -> None:
    data = filled(builtin_schema("receipt").shape, {"/items/4/price": "1.00", "/total": "1.00"})
    assert isinstance(data, dict)
    assert data["merchant"] == {"name": None, "address": None, "phone": None}
    assert data["items"] == [
        {"description": None, "quantity": None, "unit_price": None, "price": "1.00"}
    ]
    assert data["total"] == "1.00"


def test_what_is_optional_and_not_nullable_is_left_out() -> None:
    schema = {
        "type": "object",
        "properties": {
            "note": {"type": "string"},
            "seller": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "tax_id": {"type": "string"}},
                "required": ["name"],
            },
        },
    }
    assert filled(shape_of(schema), {}) == {}
    with pytest.raises(SchemaUnmet, match="'/seller/name'"):
        filled(shape_of(schema), {"/seller/tax_id": "7"})


@pytest.mark.parametrize("value", ["x", 3, [1, {"a": None}]])
def test_the_root_may_be_a_value_or_a_list(value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    schema = {"type": "string"} if isinstance(value, str) else {}
    assert filled(shape_of(schema), {"": text}) == value
    listed = {"type": "array", "items": {"type": "integer"}}
    assert filled(shape_of(listed), {"/10": "2", "/2": "1"}) == [1, 2]


def test_pointers_that_the_schema_lacks_are_not_in_its_data() -> None:
    shape = shape_of({"type": "object", "properties": {"a": {"type": ["string", "null"]}}})
    assert filled(shape, {"/b": "x", "/a/b": "y", "": "z"}) == {"a": None}


def test_the_proof_names_the_places_that_break_the_schema_and_not_what_stands_there() -> None:
    schema = {
        "type": "object",
        "properties": {"a/b": {"type": "array", "items": {"type": "string", "format": "date"}}},
    }
    data: JsonValue = {"a/b": ["2018-12-25", "25/12/2018"]}
    with pytest.raises(SchemaUnmet, match=r"breaks the schema at '/a~1b/1'$"):
        proved(schema, data)
    assert proved(schema, {"a/b": ["2018-12-25"]}) == {"a/b": ["2018-12-25"]}


def test_many_missing_leaves_are_not_all_named() -> None:
    names = [f"n{number}" for number in range(500)]
    schema = {"type": "object", "properties": dict.fromkeys(names, leaf("string"))}
    with pytest.raises(SchemaUnmet, match=r"'/n9' and 490 more$"):
        filled(shape_of({**schema, "required": names}), {})


@pytest.mark.parametrize("ref", ["http://127.0.0.1:9/schema.json", "file:///etc/hosts", "#/none"])
def test_nothing_that_a_schema_refers_to_is_fetched(ref: str) -> None:
    with pytest.raises(SchemaRefused):
        proved({"$ref": ref}, 1)
