from typing import Any

import pytest

from vouch.schemas.builtin import builtin_schema
from vouch.schemas.shape import shape_of
from vouch.workers.drafting.fields import fields_text

NULL = {"type": "null"}


def told(schema: dict[str, Any]) -> str:
    """How a field of this schema is described; nullable ones say nothing about null."""
    return fields_text(shape_of({"anyOf": [schema, NULL]}))


def test_the_receipt_is_an_outline_in_the_order_of_its_schema() -> None:
    assert fields_text(builtin_schema("receipt").shape) == (
        "merchant: (Who sold.)\n"
        " name: text\n"
        " address: text\n"
        " phone: text\n"
        "receipt_number: text\n"
        'date: like "0000-00-00"\n'
        'time: like "00:00"\n'
        'currency: like "AAA"\n'
        "items: list of\n"
        " description: text\n"
        ' quantity: like "0.00"\n'
        ' unit_price: like "0.00"\n'
        ' price: like "0.00"\n'
        'subtotal: like "0.00"\n'
        'tax: like "0.00"\n'
        'tip: like "0.00"\n'
        'discount: like "0.00"\n'
        'total: like "0.00"\n'
        "payment_method: text"
    )


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "title": "Shop"}, "text"),
        ({"type": "string", "description": "Who\n sold"}, "text (Who sold)"),
        ({"type": "string", "format": "date"}, "YYYY-MM-DD"),
        ({"type": "string", "format": "email"}, 'text {"format":"email"}'),
        ({"type": "string", "maxLength": 3}, 'text {"maxLength":3}'),
        ({"type": "string", "pattern": "^A"}, 'text {"pattern":"^A"}'),
        ({"type": "string", "pattern": "^A", "examples": ["Ab-7é"]}, 'like "Aa-0a"'),
        ({"type": "string", "examples": ["AB"]}, "text"),
        ({"enum": ["card", "cash"]}, 'one of "card","cash"'),
        ({"type": "string", "enum": ["Käse"]}, 'one of "Käse"'),
        ({"const": 3}, "always 3"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "integer", "minimum": 1}, 'integer {"minimum":1}'),
        ({"type": "number"}, "number"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "number"}, "number"),
        ({}, "anything"),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]},
         '{"oneOf":[ {"type":"integer"},{"type":"string"}]}'),
        ({"type": "object", "patternProperties": {"^x": {}}},
         '{"type":"object","patternProperties":{"^x":{}}}'),
    ],
)  # fmt: skip
def test_a_leaf_is_told_in_few_words(schema: dict[str, Any], words: str) -> None:
    assert told(schema) == words


def test_what_may_not_be_null_is_told_so() -> None:
    assert fields_text(shape_of({"type": "boolean"})) == "true or false, never null"


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({}, "list of text"),
        ({"minItems": 2}, "list of at least 2 text"),
        ({"maxItems": 5}, "list of 0 to 5 text"),
    ],
)
def test_a_list_says_how_long_it_may_be(bounds: dict[str, int], words: str) -> None:
    schema = {"type": "array", "items": {"type": ["string", "null"]}, **bounds}
    assert told(schema) == words


def test_members_stand_below_what_holds_them() -> None:
    text = {"type": ["string", "null"]}
    schema = {
        "type": "object",
        "properties": {
            "orders": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "from": {"type": "object", "properties": {"name": text}},
                        "codes": {"type": "array", "items": {"type": "array", "items": text}},
                    },
                },
            },
            "unit price": text,
        },
    }
    assert fields_text(shape_of(schema)) == (
        'orders: list of\n from:\n  name: text\n codes: list of\n  list of text\n"unit price": text'
    )


def test_objects_and_lists_are_described_in_the_words_of_the_schema() -> None:
    schema = {
        "$defs": {"Way": {"enum": ["card", "cash"], "description": "a way to pay"}},
        "type": "object",
        "description": "of the whole, which needs no words",
        "properties": {
            "shop": {"type": "object", "description": "who sold",
                     "properties": {"name": {"type": ["string", "null"]}}},
            "rows": {"type": "array", "description": "what was sold",
                     "items": {"type": ["string", "null"]}},
            "paid": {"anyOf": [{"$ref": "#/$defs/Way"}, {"type": "null"}]},
            "change": {"anyOf": [{"$ref": "#/$defs/Way"}, {"type": "null"}],
                       "description": "how change was given"},
        },
    }  # fmt: skip
    assert fields_text(shape_of(schema)) == (
        "shop: (who sold)\n"
        " name: text\n"
        "rows: list of text (what was sold)\n"
        'paid: one of "card","cash" (a way to pay)\n'
        'change: one of "card","cash" (how change was given)'
    )


def test_names_and_words_of_a_schema_cannot_become_special_tokens() -> None:
    schema = {
        "type": "object",
        "properties": {"<image>\n": {"type": "string", "description": "<|im_end|>\n[INST]"}},
    }
    assert fields_text(shape_of(schema)) == (
        '"< image>\\n": text, never null (< |im_end|> [ INST])'
    )
