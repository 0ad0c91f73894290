"""Every keyword in which constrained decoders differ: enforced, checked or refused."""

import json
from typing import Any

import pytest

from tests.grammar.writing import admits
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.limits import LIMITS
from vouch.grammar.lint import Lint, lint, require_accepted
from vouch.grammar.verdicts import Verdict
from vouch.schemas.builtin import BUILTIN, builtin_schema
from vouch.schemas.errors import SchemaRefused, SchemaTooLarge
from vouch.schemas.shape import JsonSchema, shape_of

FOUR_DEEP: dict[str, Any] = {"child": {"child": {"child": {"child": {"child": {}}}}}}
NODE = {
    "type": "object",
    "properties": {"child": {"$ref": "#/$defs/node"}},
    "additionalProperties": False,
}


def verdicts(found: Lint) -> dict[tuple[str, str], Verdict]:
    return {(finding.pointer, finding.keyword): finding.verdict for finding in found.findings}


def writes(schema: JsonSchema, value: Any) -> bool:
    """Whether a reader may write a value for the only leaf of a schema."""
    leaf = {"lines": [], "raw": None, "value": value}
    text = json.dumps(leaf, separators=(",", ":"), ensure_ascii=False)
    return admits(draft_grammar(shape_of(schema), ["A"]), text)


ENFORCED: list[tuple[JsonSchema, list[Any], list[Any]]] = [
    ({"type": "integer", "minimum": 3, "maximum": 7}, [3, 7], [2, 8, "3", 3.5]),
    ({"type": "integer", "exclusiveMinimum": 3}, [4], [3]),
    ({"type": "number", "exclusiveMaximum": 3}, [2.99], [3]),
    ({"type": "integer", "multipleOf": 7}, [0, 14, -7], [15]),
    ({"type": "number", "multipleOf": 0.01}, [1.23, 0.07], [1.234]),
    ({"type": "string", "pattern": "^a", "maxLength": 3}, ["abc"], ["abcd", "bc"]),
    ({"type": "string", "pattern": "a"}, ["bab"], ["bbb"]),
    ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "合計円"], ["a", "abcd"]),
    ({"type": "string", "format": "date"}, ["2024-02-29"], ["2023-02-29", "2024-02-31", "1/2/24"]),
    ({"type": "string", "format": "time"}, ["12:30:59Z"], ["12:30:60Z", "24:00:00Z"]),
    ({"type": "string", "format": "date-time"}, ["2024-02-29T12:30:59Z"], ["2024-02-29T12:30:60Z"]),
    ({"type": "string", "format": "time"}, ["10:00:00Z"], ["10:00", "25:00:00Z"]),
    ({"type": "string", "format": "email"}, ["a@b.example"], ["a.b.example"]),
    ({"type": "string", "format": "uri"}, ["http://a.example/b"], ["a b"]),
    ({"type": "string", "format": "uuid"}, ["0" * 8 + "-0000" * 3 + "-" + "0" * 12], ["0"]),
    ({"type": "string", "format": "ipv4"}, ["127.0.0.1"], ["127.0.0.256"]),
    (
        {"type": "string", "format": "date-time"},
        ["2024-01-01T10:00:00+05:30", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00.5-02:00"],
        ["2024-01-01", "2024-02-31T10:00:00Z"],
    ),
    ({"type": "object", "additionalProperties": True}, [{}, {"x": {"y": [1]}}], [1]),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, [{"x": 1}], [{"x": "1"}]),
    (
        {"type": "object", "patternProperties": {"^a": {"type": "integer"}}},
        [{"a": 1}],
        [{"a": "b"}],
    ),
    ({"type": "object", "required": ["a"]}, [{"a": 1}], [{}]),
    ({"type": "object", "maxProperties": 1}, [{}, {"a": 1}], [{"a": 1, "b": 2}]),
    ({"type": "array", "prefixItems": [{"const": 1}], "items": False}, [[1]], [[2], [1, 2]]),
    ({"type": "array", "minItems": 1, "maxItems": 2}, [[1], [1, 2]], [[], [1, 2, 3]]),
    ({"$ref": "#/$defs/node", "$defs": {"node": {"type": ["array"]}}}, [[]], [1]),
    ({"type": "array", "prefixItems": [{}], "unevaluatedItems": False}, [[1]], [[1, 2]]),
    ({"type": "object", "unevaluatedProperties": False}, [{}], [{"a": 1}]),
    ({"type": "array", "uniqueItems": False, "minContains": 2}, [[1, 1], []], [1]),
    ({"type": "integer", "then": {"const": 1}}, [1, 2], ["a"]),
    ({"enum": ["a", 1, {"b": [None]}]}, ["a", 1, {"b": [None]}], ["b", None]),
    ({"const": {"b": 1}}, [{"b": 1}], [{"b": 2}]),
    ({"type": "boolean"}, [True], [None, 0]),
    ({"type": ["integer", "string"]}, [1, "a"], [1.5, None]),
    ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, [1, True], ["a"]),
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, [1, "a"], [True]),
    ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, [3], [2]),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), ENFORCED, ids=lambda each: str(each)[:60])
def test_what_binds_is_enforced(schema: JsonSchema, valid: list[Any], invalid: list[Any]) -> None:
    found = lint(schema)
    assert found.accepted
    assert set(verdicts(found).values()) <= {"binds", "annotation"}
    assert all(writes(schema, value) for value in valid)
    assert not any(writes(schema, value) for value in invalid)


def test_null_beside_an_object_is_known() -> None:
    schema: JsonSchema = {"type": ["object", "null"], "properties": {"a": {"type": "integer"}}}
    assert lint(schema).accepted
    assert admits(draft_grammar(shape_of(schema), ["A"]), "null")


def test_recursion_has_no_floor() -> None:
    schema = {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/node"}},
        "$defs": {"node": NODE},
    }
    assert lint(schema).accepted
    leaf = shape_of({"allOf": [{"$ref": "#/$defs/node"}, {}], "$defs": {"node": NODE}})
    text = json.dumps({"lines": [], "raw": None, "value": FOUR_DEEP}, separators=(",", ":"))
    assert admits(draft_grammar(leaf, ["A"]), text)


CHECKED: list[JsonSchema] = [
    {"not": {"const": 1}},
    {"if": {"type": "string"}, "then": {"minLength": 1}},
    {"type": "array", "uniqueItems": True},
    {"type": "array", "contains": {"const": 1}},
    {"type": "object", "propertyNames": {"pattern": "^a"}},
    {"type": "object", "dependentRequired": {"a": ["b"]}},
    {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}},
    {"type": "object", "unevaluatedProperties": False, "anyOf": [{"properties": {"a": {}}}, {}]},
    {"type": "object", "properties": {"a": {}}, "minProperties": 2},
    {"type": "object", "minProperties": 2},
    {"oneOf": [{"type": "number"}, {"type": "integer"}]},
    {"type": "string", "format": "idn-email"},
    {"type": "string", "format": "regex"},
]


@pytest.mark.parametrize("schema", CHECKED, ids=str)
def test_what_cannot_bind_is_checked_where_it_may_be_missing_and_else_refused(
    schema: JsonSchema,
) -> None:
    optional = lint({"type": "object", "properties": {"a": schema}})
    assert optional.accepted
    assert "checked" in verdicts(optional).values()
    required = lint({"type": "object", "properties": {"a": schema}, "required": ["a"]})
    assert not required.accepted
    assert "refused" in verdicts(required).values()
    assert "checked" not in verdicts(required).values()


REFUSED: list[tuple[JsonSchema, str]] = [
    ({"type": "string", "pattern": "(?=a)b"}, "pattern"),
    ({"type": "string", "pattern": r"(a)\1"}, "pattern"),
    ({"$ref": "https://example.org/schema"}, "$ref"),
    ({"$ref": "#/$defs/missing"}, "$ref"),
    ({"$dynamicRef": "#"}, "$dynamicRef"),
    ({"$schema": "http://json-schema.org/draft-03/schema#", "type": "string"}, "$schema"),
    ({"properties": {"a": {"$id": "https://example.org/a"}}}, "$id"),
    ({"type": "string", "minLength": 3, "maxLength": 2}, "maxLength"),
    ({"enum": []}, "enum"),
    ({"$ref": "#"}, "$ref"),
    ({"anyOf": [{"$ref": "#"}, {"type": "null"}]}, "$ref"),
    ({"type": "array", "items": {}, "minItems": 3, "maxItems": 1}, "maxItems"),
    ({"type": "number", "minimum": 1e20}, "minimum"),
]


@pytest.mark.parametrize(("schema", "keyword"), REFUSED, ids=str)
def test_what_neither_binds_nor_can_be_checked_is_refused(schema: JsonSchema, keyword: str) -> None:
    found = lint(schema)
    assert not found.accepted
    refused = [each.keyword for each in found.findings if each.verdict == "refused"]
    assert keyword in refused
    with pytest.raises((SchemaRefused, SchemaTooLarge)):
        require_accepted(schema)


@pytest.mark.parametrize(
    "schema",
    [{"type": "foo"}, {"type": "string", "minLength": -1}, {"type": "string", "pattern": "("},
     {"properties": []}, {"required": "a"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_schema_is_refused(schema: JsonSchema) -> None:
    with pytest.raises(SchemaRefused, match="no valid JSON Schema"):
        require_accepted(schema)


def test_annotations_are_told_from_what_binds() -> None:
    schema: JsonSchema = {
        "title": "T",
        "type": "object",
        "properties": {"a": {"type": ["string", "null"], "format": "colour", "x-order": 1}},
        "$defs": {"unused": {"type": "string"}},
    }
    assert verdicts(lint(schema)) == {
        ("", "title"): "annotation",
        ("", "type"): "binds",
        ("", "properties"): "binds",
        ("", "$defs"): "annotation",
        ("/properties/a", "type"): "binds",
        ("/properties/a", "format"): "annotation",
        ("/properties/a", "x-order"): "annotation",
        ("/$defs/unused", "type"): "annotation",
    }


def test_what_may_not_be_null_draws_a_warning_that_says_why() -> None:
    item = {"type": "object", "properties": {"price": {"type": "string"}}, "required": ["price"]}
    schema: JsonSchema = {
        "type": "object",
        "properties": {
            "total": {"type": "string"},
            "date": {"type": ["string", "null"]},
            "note": {"type": "string"},
            "items": {"type": "array", "items": item, "minItems": 1},
        },
        "required": ["total", "date", "items"],
    }
    warnings = lint(schema).warnings
    assert [warning.pointer for warning in warnings] == ["/total", "/items", "/items/*/price"]
    assert all("invent" in warning.reason for warning in warnings)


@pytest.mark.parametrize("name", BUILTIN)
def test_built_in_schemas_are_accepted_without_a_warning(name: str) -> None:
    found = lint(builtin_schema(name).json_schema)
    assert found.accepted
    assert found.warnings == ()
    assert found.compile_seconds is not None
    assert found.compile_seconds < 0.5


def nested(levels: int) -> JsonSchema:
    schema: JsonSchema = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


DOUBLING: dict[str, JsonSchema] = {
    f"a{n}": {
        "type": "object",
        "properties": {side: {"$ref": f"#/$defs/a{n + 1}"} for side in ("left", "right")},
    }
    for n in range(30)
}
TOO_LARGE: dict[str, JsonSchema] = {
    "bytes": {"description": "x" * 300_000},
    "depth": nested(2_000),
    "enum": {"enum": list(range(20_000))},
    "pattern": {"type": "string", "pattern": "a" * 2_000},
    "minLength": {"type": "string", "minLength": 10**6},
    "minItems": {"type": "array", "items": {}, "minItems": 10**6},
    "leaves": {"type": "object", "properties": {f"p{n}": {} for n in range(2_000)}},
    "references": {"$ref": "#/$defs/a0", "$defs": {**DOUBLING, "a30": {"type": "string"}}},
    "draft": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "integer"}, "minItems": 100},
        "minItems": 100,
    },
    "multiple": {"type": "integer", "multipleOf": 999_999_937},
}


@pytest.mark.parametrize("name", TOO_LARGE)
@pytest.mark.timeout(30)
def test_what_is_too_large_is_refused_in_time(name: str) -> None:
    with pytest.raises(SchemaTooLarge):
        require_accepted(TOO_LARGE[name])


def test_limits_are_published() -> None:
    assert lint({}).limits == LIMITS
    assert lint(TOO_LARGE["bytes"]).limits == LIMITS


def test_references_and_null_are_seen_through() -> None:
    schema: JsonSchema = {
        "type": "object",
        "properties": {"money": {"oneOf": [{"$ref": "#/$defs/money"}, {"type": "null"}]}},
        "$defs": {"money": {"allOf": [{"type": "object", "properties": {"sum": {"const": 1}}}]}},
    }
    found = lint(schema)
    assert found.accepted
    assert found.warnings == ()
    assert set(verdicts(found).values()) == {"binds", "annotation"}


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{}]},
        {"oneOf": [{"type": "number"}, {"type": "string"}]},
        {"allOf": [{"properties": {"a": {}}}, {"maxItems": 4}]},
    ],
    ids=str,
)
def test_no_number_beyond_all_doubles_can_be_written(schema: JsonSchema) -> None:
    leaf = shape_of(schema)
    for number, fits in (("12", True), ("1E734", False), ("[1E734]", False)):
        text = f'{{"lines":[],"raw":null,"value":{number}}}'
        assert admits(draft_grammar(leaf, ["A"]), text) is fits
