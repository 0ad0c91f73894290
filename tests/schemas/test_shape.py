from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from vouch.schemas.builtin import builtin_schema
from vouch.schemas.errors import SchemaTooLarge
from vouch.schemas.keywords import changed, circle, places, target
from vouch.schemas.shape import (
    JsonSchema,
    LeafShape,
    ListShape,
    ObjectShape,
    Shape,
    leaves,
    shape_of,
)

TEXT: JsonSchema = {"type": "string"}


def leaf_of(schema: JsonSchema) -> LeafShape:
    shape = shape_of(schema)
    assert isinstance(shape, LeafShape)
    return shape


def is_nullable(schema: JsonSchema) -> bool:
    return shape_of(schema).nullable


NULLABLE: list[JsonSchema] = [
    {},
    {"minLength": 3},
    {"type": ["string", "null"]},
    {"type": ["string", "null"], "enum": ["a", None]},
    {"enum": ["a", None]},
    {"type": "null"},
    {"anyOf": [TEXT, {"type": "null"}]},
    {"anyOf": [{"type": "null", "title": "N"}, TEXT, {"type": "integer"}]},
    {"oneOf": [TEXT, {"type": "null"}]},
    {"allOf": [{"anyOf": [TEXT, {"type": "null"}]}], "description": "D"},
    {"type": ["array", "null"], "items": TEXT},
    {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}], "$defs": {"a": TEXT}},
]
NOT_NULLABLE: list[JsonSchema] = [
    TEXT,
    {"type": ["string", "null"], "const": "a"},
    {"type": ["string", "null"], "enum": ["a"]},
    {"type": ["string", "null"], "not": {"type": "null"}},
    {"type": "string", "enum": ["a", None]},
    {"anyOf": [TEXT, {"type": "null"}], "minProperties": 1, "const": "a"},
    {"oneOf": [{}, {"type": "null"}]},
    {"$ref": "#/$defs/a", "$defs": {"a": TEXT}},
]


@pytest.mark.parametrize("schema", NULLABLE, ids=str)
def test_null_is_found_where_it_is_allowed(schema: JsonSchema) -> None:
    assert Draft202012Validator(schema).is_valid(None)
    assert is_nullable(schema)


@pytest.mark.parametrize("schema", NOT_NULLABLE, ids=str)
def test_null_is_not_found_where_it_is_forbidden(schema: JsonSchema) -> None:
    assert not Draft202012Validator(schema).is_valid(None)
    assert not is_nullable(schema)


@pytest.mark.parametrize(
    "schema",
    [
        TEXT,
        {**TEXT, "minLength": 1},
        {**TEXT, "title": "T", "x-order": 1},
        {"type": ["string", "null"]},
    ],
    ids=str,
)
def test_any_text_is_copied(schema: JsonSchema) -> None:
    assert leaf_of(schema).copied


@pytest.mark.parametrize(
    "schema",
    [{**TEXT, "minLength": 2}, {**TEXT, "pattern": "a"}, {**TEXT, "format": "date"},
     {**TEXT, "enum": ["a"]}, {**TEXT, "maxLength": 9}, {"type": "integer"}, {}],
    ids=str,
)  # fmt: skip
def test_a_text_with_conditions_is_not(schema: JsonSchema) -> None:
    assert not leaf_of(schema).copied


def test_unknown_keywords_take_nothing_apart() -> None:
    schema = {"type": "object", "properties": {"a": TEXT}, "x-order": 1, "nullable": True}
    assert isinstance(shape_of(schema), ObjectShape)
    assert isinstance(shape_of({"type": "array", "items": TEXT, "uniqueItems": False}), ListShape)


@pytest.mark.parametrize(
    "more",
    [{"minProperties": 1}, {"patternProperties": {}}, {"anyOf": [{}]}, {"required": ["b"]},
     {"dependentRequired": {}}, {"not": {}}],
    ids=str,
)  # fmt: skip
def test_an_object_that_says_more_is_one_leaf(more: JsonSchema) -> None:
    assert leaf_of({"type": "object", "properties": {"a": TEXT}, **more})


def test_a_list_that_cannot_be_is_one_leaf() -> None:
    assert leaf_of({"type": "array", "items": TEXT, "minItems": 3, "maxItems": 1})


def test_whole_counts_may_be_written_as_fractions() -> None:
    shape = shape_of({"type": "array", "items": TEXT, "minItems": 1.0, "maxItems": 2.0})
    assert isinstance(shape, ListShape)
    assert (shape.least, shape.most) == (1, 2)


RECURSIVE: list[JsonSchema] = [
    {"type": "object", "properties": {"v": {"type": "integer"}, "child": {"$ref": "#"}}},
    {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/node"}},
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
    },
    {
        "type": "object",
        "properties": {
            "a": {"type": "object", "properties": {"b": {"$ref": "#/properties/a"}}},
            "c": {"type": "array", "items": {"$ref": "#/properties/a"}, "uniqueItems": True},
        },
    },
]


@pytest.mark.parametrize("schema", RECURSIVE, ids=str)
def test_a_leaf_holds_all_that_it_refers_to(schema: JsonSchema) -> None:
    for _, leaf in leaves(shape_of(schema)):
        for _, node in places(leaf.json_schema):
            if "$ref" in node:
                assert target(node["$ref"], leaf.json_schema) is not None


def test_a_moved_root_means_the_same() -> None:
    child = dict(leaves(shape_of(RECURSIVE[0])))["/child/child"]
    validator = Draft202012Validator(child.json_schema)
    assert validator.is_valid({"v": 1, "child": {"v": 2}})
    assert not validator.is_valid({"v": 1, "child": {"v": "2"}})


def test_leaves_know_their_place_in_the_schema() -> None:
    schema = builtin_schema("receipt").json_schema
    for pointer, leaf in leaves(shape_of(schema)):
        found = target(f"#{leaf.place}", schema)
        assert isinstance(found, dict), pointer
        assert found["type"] == "string"


def test_references_that_unfold_without_end_are_too_large() -> None:
    doubling: dict[str, Any] = {
        f"a{n}": {
            "type": "object",
            "properties": {side: {"$ref": f"#/$defs/a{n + 1}"} for side in "lr"},
        }
        for n in range(40)
    }
    with pytest.raises(SchemaTooLarge):
        shape_of({"$ref": "#/$defs/a0", "$defs": {**doubling, "a40": TEXT}})


def test_dialects_stay_with_their_leaves() -> None:
    draft7 = "http://json-schema.org/draft-07/schema#"
    leaf = leaf_of({"$schema": draft7, "type": "array", "items": [TEXT], "additionalItems": False})
    assert leaf.json_schema["$schema"] == draft7


def test_circles_are_found_and_depth_is_none() -> None:
    assert circle({"anyOf": [{"$ref": "#"}, TEXT]})
    assert circle({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}})
    assert circle({"properties": {"a": {"$ref": "#"}}}) == ()


@given(st.sampled_from([*NULLABLE, *NOT_NULLABLE, *RECURSIVE]))
def test_a_walk_that_changes_nothing_gives_the_same(schema: JsonSchema) -> None:
    assert changed(schema, lambda _, child: child) == schema


@given(st.text() | st.integers() | st.booleans() | st.lists(st.integers()))
def test_values_of_leaves_survive_being_written(value: Any) -> None:
    kind: Shape = shape_of(TEXT if isinstance(value, str) else {})
    assert isinstance(kind, LeafShape)
    assert kind.read(kind.written(value)) == value
