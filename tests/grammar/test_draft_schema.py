import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from vouch.grammar.draft_schema import draft_schema
from vouch.schemas.builtin import builtin_schema
from vouch.schemas.shape import JsonSchema, shape_of

RECEIPT = builtin_schema("receipt").shape


def objects_of(node: Any) -> list[dict[str, Any]]:
    """Every schema of an object below a node."""
    below = (
        list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    )
    here = [node] if isinstance(node, dict) and node.get("type") == "object" else []
    return here + [each for child in below for each in objects_of(child)]


def allows(schema: JsonSchema, answer: Any, lines: int = 3) -> bool:
    return Draft202012Validator(draft_schema(shape_of(schema), lines)).is_valid(answer)


def test_every_object_is_closed_and_complete() -> None:
    schema = draft_schema(RECEIPT, 12)
    Draft202012Validator.check_schema(schema)
    objects = objects_of(schema)
    assert len(objects) > 20
    for each in objects:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def test_leaves_are_wrapped_and_lines_exist() -> None:
    text: JsonSchema = {"type": ["string", "null"]}
    assert allows(text, None)
    assert allows(text, {"lines": [1, 3], "raw": "A"})
    assert allows(text, {"lines": [1], "raw": "A", "correction": "B"})
    assert not allows(text, {"lines": [4], "raw": "A"})
    assert not allows(text, {"lines": [], "raw": None, "correction": "B"})
    assert not allows({"type": "string"}, None)
    assert allows({"type": "string"}, {"lines": [], "raw": None, "correction": "B"})
    assert allows({"type": "integer"}, {"lines": [], "raw": None, "value": 3})
    assert not allows({"type": "integer"}, {"lines": [2], "raw": "3", "value": "3"})


def test_a_document_without_lines_has_nothing_to_cite() -> None:
    assert not allows({"type": ["string", "null"]}, {"lines": [], "raw": "A"}, lines=0)
    assert allows({"type": "boolean"}, {"lines": [], "raw": None, "value": True}, lines=0)


def test_recursive_leaves_keep_their_definitions() -> None:
    node: JsonSchema = {"type": "object", "properties": {"child": {"$ref": "#/$defs/node"}}}
    schema: JsonSchema = {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/node"}},
        "required": ["tree"],
        "$defs": {"node": node},
    }
    leaf: dict[str, Any] = {"lines": [], "raw": None, "value": {"child": {"child": {}}}}
    assert allows(schema, {"tree": {"child": leaf}})


@given(st.integers(0, 300))
def test_the_schema_is_json_for_any_document(lines: int) -> None:
    assert json.loads(json.dumps(draft_schema(RECEIPT, lines))) == draft_schema(RECEIPT, lines)
