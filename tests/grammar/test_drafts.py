import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grammar.writing import admits
from vouch.grammar.drafts import MOST_LINES, SPARE_MEMBERS, draft_grammar, plain_grammar
from vouch.schemas.shape import JsonSchema, shape_of

LINES = ["KOPI-O HOUSE", 'SAID "HI" \\ THERE', "RM33.90 (1,234.56)", "合計￥1,280円", "\tA\x01B 🧾"]


def nullable(kind: str) -> JsonSchema:
    return {"type": [kind, "null"]}


def record(**properties: JsonSchema) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def written(answer: Any) -> str:
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False)


def allows(schema: JsonSchema, answer: Any, *, lines: list[str] = LINES, **options: bool) -> bool:
    return admits(draft_grammar(shape_of(schema), lines, **options), written(answer))


@pytest.mark.parametrize(
    "raw",
    [
        "KOPI", "KOPI-O HOUSE", 'HOUSE SAID "HI"', '"', "\\ THERE", "RM33.90", "33.90", "1,234.56",
        "合計", "計￥1,280", "1,280円", "A\x01B 🧾", "🧾",
    ],
)  # fmt: skip
def test_raw_is_a_run_of_printed_words(raw: str) -> None:
    assert allows(nullable("string"), {"lines": [1], "raw": raw})


@pytest.mark.parametrize(
    "raw",
    ["3.90", "33", "234.56", "HOUSE KOPI", "KOPI O", "KOP", "合1,280", "", " HOUSE", "SAID "],
)
def test_nothing_else_is_raw(raw: str) -> None:
    assert not allows(nullable("string"), {"lines": [1], "raw": raw})


def test_no_cut_through_an_escape_ends_the_text_early() -> None:
    grammar = draft_grammar(shape_of(nullable("string")), ['SAID "HI"'])
    assert not admits(grammar, r'{"lines":[1],"raw":"SAID \"}')
    assert admits(grammar, r'{"lines":[1],"raw":"SAID \""}')


def test_only_lines_of_the_document_can_be_named() -> None:
    def named(*numbers: int) -> bool:
        return allows(nullable("string"), {"lines": numbers, "raw": "KOPI"})

    assert named(1)
    assert named(5, 3)
    assert named(*[1] * MOST_LINES)
    assert not any([named(), named(0), named(6), named(*[1] * (MOST_LINES + 1))])


def test_free_text_may_be_corrected_and_only_beside_the_print() -> None:
    answer = {"lines": [1], "raw": "KOPI-O", "correction": "Kopi-O"}
    assert allows(nullable("string"), answer)
    assert not allows(nullable("string"), {"lines": [], "raw": None, "correction": "Kopi-O"})
    assert allows({"type": "string"}, {"lines": [], "raw": None, "correction": "Kopi-O"})


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        (nullable("string"), {"raw": "KOPI-O", "lines": [1]}),
        (nullable("number"), {"raw": "33.90", "lines": [3], "value": 33.9}),
        (nullable("boolean"), {"raw": None, "lines": [], "value": True}),
        (nullable("string"), None),
    ],
)
def test_small_models_quote_before_they_name_lines(schema: JsonSchema, answer: Any) -> None:
    assert allows(schema, answer, words_first=True)
    if answer is not None:
        assert not allows(schema, answer)
        other_way = {"lines": answer["lines"], **answer}
        assert not allows(schema, other_way, words_first=True)
        assert allows(schema, other_way)


def test_small_models_correct_nothing() -> None:
    answer = {"raw": "KOPI-O", "lines": [1], "correction": "Kopi-O"}
    assert not allows(nullable("string"), answer, words_first=True)


def test_other_leaves_say_their_value_under_the_schema() -> None:
    schema: JsonSchema = {"type": ["integer", "null"], "minimum": 3}
    assert allows(schema, {"lines": [3], "raw": "33.90", "value": 34})
    assert not allows(schema, {"lines": [3], "raw": "33.90", "value": 2})
    assert not allows(schema, {"lines": [3], "raw": "33.90"})
    assert allows(schema, {"lines": [], "raw": None, "value": 3})
    assert allows(schema, None)
    assert not allows({"type": "integer"}, None)


def test_members_are_all_written_in_the_order_of_the_schema() -> None:
    schema = record(b=nullable("string"), a=nullable("string"))
    assert allows(schema, {"b": None, "a": None})
    assert not allows(schema, {"a": None, "b": None})
    assert not allows(schema, {"b": None})


def test_what_is_optional_may_be_null() -> None:
    optional: JsonSchema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert allows(optional, {"a": None})
    assert not allows({**optional, "required": ["a"]}, {"a": None})
    assert allows({"type": "object", "properties": {"inner": optional}}, {"inner": None})


@pytest.mark.parametrize(
    ("bounds", "fitting", "unfit"),
    [
        ({}, [0, 1, len(LINES) + SPARE_MEMBERS], [len(LINES) + SPARE_MEMBERS + 1]),
        ({"minItems": 2, "maxItems": 3}, [2, 3], [0, 1, 4]),
        ({"maxItems": 0}, [0], [1]),
        ({"maxItems": 1000}, [9], [10]),
        ({"minItems": 20}, [20], [19, 21]),
    ],
)
def test_lists_are_bounded(bounds: JsonSchema, fitting: list[int], unfit: list[int]) -> None:
    schema = {"type": "array", "items": nullable("string"), **bounds}
    assert all(allows(schema, [None] * count) for count in fitting)
    assert not any(allows(schema, [None] * count) for count in unfit)


def test_lists_and_objects_nest_and_may_be_null() -> None:
    item = {**record(name=nullable("string"), tags={"type": "array", "items": nullable("string")})}
    schema: JsonSchema = {"type": ["array", "null"], "items": {"anyOf": [item, {"type": "null"}]}}
    name = {"lines": [1], "raw": "HOUSE"}
    assert allows(schema, [{"name": name, "tags": [name, None]}, None])
    assert allows(schema, None)
    assert not allows(schema, [{"name": name, "tags": None}])


@pytest.mark.parametrize("lines", [[], ["", "  "]])
def test_a_document_without_text_has_nothing_to_copy(lines: list[str]) -> None:
    assert allows(nullable("string"), None, lines=lines)
    assert not allows(nullable("string"), {"lines": [1], "raw": "A"}, lines=lines)
    assert allows({"type": "string"}, {"lines": [], "raw": None, "correction": "A"}, lines=lines)
    assert allows({"type": "boolean"}, {"lines": [], "raw": None, "value": True}, lines=lines)


def test_recursion_is_one_leaf() -> None:
    node: JsonSchema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "child": {"$ref": "#/$defs/node"}},
        "additionalProperties": False,
    }
    schema = record(tree={"$ref": "#/$defs/node"}) | {"$defs": {"node": node}}
    value: dict[str, Any] = {}
    for depth in range(6):
        value = {"name": f"level {depth}", "child": value}
    leaf = {"lines": [1], "raw": "HOUSE", "value": value}
    name = {"lines": [1], "raw": "HOUSE"}
    assert allows(schema, {"tree": {"name": name, "child": leaf}})


def test_definitions_of_any_name_keep_their_meaning() -> None:
    for name in ("anything", "whole", "$defs", "a/b"):
        ref = f"#/$defs/{name.replace('/', '~1')}"
        schema = {"not": {}, "anyOf": [{"$ref": ref}], "$defs": {name: {"type": "integer"}}}
        assert allows(schema, {"lines": [], "raw": None, "value": 3})
        assert not allows(schema, {"lines": [], "raw": None, "value": "3"})


def test_texts_are_bounded_where_the_schema_sets_no_bound() -> None:
    judged: dict[str, Any] = {"lines": [], "raw": None}
    assert not allows({"type": "string", "pattern": "^x*$"}, {**judged, "value": "x" * 1001})
    assert allows({"type": "string", "maxLength": 2000}, {**judged, "value": "x" * 2000})
    assert not allows({"type": "string"}, {**judged, "correction": "x" * 1001})


@pytest.mark.parametrize("rest", [{}, {"additionalProperties": True}], ids=str)
def test_numbers_stay_within_what_a_double_holds(rest: JsonSchema) -> None:
    grammar = draft_grammar(shape_of({"type": "object", **rest}), LINES)
    judged = '{"lines":[],"raw":null,"value":{"a":%s}}'
    assert admits(grammar, judged % "1.5")
    assert not admits(grammar, judged % "1e999")


def test_no_whitespace_is_admitted() -> None:
    grammar = draft_grammar(shape_of({"type": "array"}), LINES)
    assert admits(grammar, '{"lines":[],"raw":null,"value":[1]}')
    assert not admits(grammar, '{"lines":[],"raw":null,"value":[ 1]}')
    assert not admits(grammar, '{"lines":[],"raw":null,"value":[1] }')


def test_a_schema_cannot_talk_to_the_compiler() -> None:
    schema = {"type": "array", "x-guidance": {"whitespace_flexible": True, "lenient": True}}
    assert not allows(schema, None)
    grammar = draft_grammar(shape_of(schema), LINES)
    assert not admits(grammar, '{"lines":[],"raw":null,"value":[ 1]}')


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True))
def test_members_may_have_any_name(names: list[str]) -> None:
    schema = record(**{name: nullable("integer") for name in names})
    assert allows(schema, dict.fromkeys(names))


@given(st.lists(st.text(), max_size=4), st.data())
def test_any_text_of_any_document_can_be_copied_by_the_line(
    lines: list[str], data: st.DataObject
) -> None:
    printed = [line for line in lines if line == line.strip() and line]
    if printed:
        raw = data.draw(st.sampled_from(printed))
        assert allows(nullable("string"), {"lines": [1], "raw": raw}, lines=lines)


def test_without_grounding_anything_may_be_raw() -> None:
    grammar = plain_grammar(shape_of(nullable("string")))
    assert admits(grammar, '{"lines":[77],"raw":"INVENTED"}')
    assert admits(grammar, "null")
    assert not admits(grammar, '{"lines":[0],"raw":"INVENTED"}')
