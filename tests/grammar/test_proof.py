import pytest

from vouch.grammar.proof import allows, breaches


def test_breaches_are_told_by_pointer() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a/b": {"type": "integer"},
            "c": {"type": "array", "items": {"type": "null"}},
        },
    }
    assert breaches(schema, {"a/b": "x", "c": [None, 1]}) == ("/a~1b", "/c/1")
    assert breaches(schema, {"a/b": 1, "c": []}) == ()


@pytest.mark.parametrize(("value", "fits"), [(0.07, True), (1.1, True), (0.075, False), (7, True)])
def test_multiples_are_exact(value: float, fits: bool) -> None:  # noqa: FBT001
    assert allows({"multipleOf": 0.01}, value) == fits


def test_formats_count() -> None:
    assert not allows({"format": "date"}, "2023-02-29")
    assert allows({"format": "date"}, "2024-02-29")


def test_what_is_too_deep_to_check_is_not_allowed() -> None:
    value: list[object] = []
    for _ in range(900):
        value = [value]
    schema = {
        "$ref": "#/$defs/a",
        "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}},
    }
    assert not allows(schema, value)  # type: ignore[arg-type]


def test_older_drafts_are_checked_by_their_own_rules() -> None:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "integer"}]}
    assert allows(schema, [1, "a"])
    assert not allows(schema, ["a"])
