import contextlib
import threading

import pytest

from vouch.grammar.compiling import Grammars
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.walking import byte_tokenizer
from vouch.schemas.builtin import BUILTIN, builtin_schema
from vouch.schemas.errors import SchemaRefused, SchemaTooLarge
from vouch.schemas.shape import JsonSchema, shape_of

SECRET = "SECRET-4711"


def grammar_of(schema: JsonSchema) -> str:
    return draft_grammar(shape_of(schema), [f"{SECRET} 1.20"] * 40)


@pytest.fixture
def grammars() -> Grammars:
    return Grammars(byte_tokenizer(), most_kept=2)


def test_what_was_compiled_is_not_compiled_again(grammars: Grammars) -> None:
    lark = grammar_of({"type": ["string", "null"]})
    for _ in range(3):
        grammars.matcher(lark)
    assert grammars.compiled == 1


def test_the_least_used_is_forgotten(grammars: Grammars) -> None:
    first, second, third = (grammar_of({"type": "integer", "minimum": n}) for n in range(3))
    for lark in (first, second, first, third, first):
        grammars.matcher(lark)
    assert grammars.compiled == 3
    grammars.matcher(second)
    assert grammars.compiled == 4


def test_each_caller_has_a_matcher_of_its_own(grammars: Grammars) -> None:
    lark = grammar_of({"type": ["string", "null"]})
    first, second = grammars.matcher(lark), grammars.matcher(lark)
    assert first.try_consume_tokens(list(b"null")) == 4
    assert second.try_consume_tokens(list(b"{")) == 1


def test_threads_may_ask_at_once(grammars: Grammars) -> None:
    lark = grammar_of({"type": ["string", "null"]})
    done: list[bool] = []

    def ask() -> None:
        matcher = grammars.matcher(lark)
        done.append(bool(matcher.try_consume_tokens(list(b"null")) == 4))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [True] * 8
    assert grammars.compiled == 1


@pytest.mark.parametrize("name", BUILTIN)
def test_built_in_schemas_compile(grammars: Grammars, name: str) -> None:
    lark = draft_grammar(builtin_schema(name).shape, ["SHOP", "TOTAL 9.00"])
    assert not grammars.matcher(lark).is_error()


ENDLESS = {f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)}
HUGE: dict[str, JsonSchema] = {
    "enum of 100,000": {"enum": [f"value number {number}" for number in range(100_000)]},
    "a large multiple": {"type": "integer", "multipleOf": 999_999_937},
    "depth": {"type": "array", "prefixItems": [], "items": {}},
    "options of options": {
        "allOf": [
            {"anyOf": [{"type": "object", "required": [f"{row}-{column}"]} for column in range(6)]}
            for row in range(12)
        ]
    },
}
for _ in range(70):
    HUGE["depth"] = {"type": "array", "prefixItems": [HUGE["depth"]]}


@pytest.mark.parametrize("name", HUGE)
@pytest.mark.timeout(60)
def test_what_costs_too_much_is_refused(grammars: Grammars, name: str) -> None:
    lark = grammar_of({"type": "object", "properties": {"a": HUGE[name]}, "required": ["a"]})
    with pytest.raises(SchemaTooLarge) as caught:
        grammars.matcher(lark)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "maxLength": 10**6, "pattern": "^(((a{1,100}){1,100}){1,100})+$"},
        {"type": "string", "pattern": "(.*a.{20}b.*){3}"},
        {"type": "array", "prefixItems": [{}], "maxItems": 10**6},
        {"type": "array", "items": {"type": "string"}, "maxItems": 10**6},
        {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(5000)}},
        {"$ref": "#/$defs/a0", "$defs": {**ENDLESS, "a40": {"type": "string"}}},
    ],
)
@pytest.mark.timeout(60)
def test_nothing_takes_long(grammars: Grammars, schema: JsonSchema) -> None:
    lark = grammar_of(schema)
    with contextlib.suppress(SchemaTooLarge, SchemaRefused):
        grammars.matcher(lark).compute_bitmask()


def test_what_cannot_be_enforced_is_refused_in_the_schemas_own_words(grammars: Grammars) -> None:
    with pytest.raises(SchemaRefused, match="look-around") as caught:
        grammars.matcher(grammar_of({"type": "string", "pattern": "(?=a)b"}))
    assert SECRET not in str(caught.value)
