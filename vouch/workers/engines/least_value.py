"""A short value for a leaf that must have one though nothing is printed for it."""

import json
import random

from llguidance import LLMatcher
from pydantic import JsonValue

from vouch.grammar.enforcing import COMPACT, enforced
from vouch.grammar.proof import allows
from vouch.grammar.walking import byte_tokenizer, walked
from vouch.schemas.shape import JsonSchema

_WALKS = 16
_LONGEST = 512  # bytes


class NoValue(ValueError):
    """No value can be found under the schema."""


def least_value(json_schema: JsonSchema) -> JsonValue:
    """The shortest of a few walks through the schema's grammar; always the same one.

    NoValue when the grammar cannot be compiled, or when no walk ends in a value that the schema
    allows.
    """
    chance = random.Random(0)
    grammar = LLMatcher.grammar_from_json_schema(enforced(json_schema).schema, overrides=COMPACT)
    walks = (
        walked(LLMatcher(byte_tokenizer(), grammar, log_level=0), chance, _LONGEST)
        for _ in range(_WALKS)
    )
    texts = {walk.text.decode() for walk in walks if walk.is_complete}
    for text in sorted(texts, key=lambda each: (len(each), each)):
        value: JsonValue = json.loads(text)
        if allows(json_schema, value):
            return value
    raise NoValue
