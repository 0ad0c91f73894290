"""A short value for a leaf that must have one though nothing is printed for it."""

import json
import random
from functools import cache

import llguidance
from pydantic import JsonValue

from vouch.grammar.enforcing import COMPACT, enforced
from vouch.grammar.proof import allows
from vouch.schemas.shape import JsonSchema

_WALKS = 16
_LONGEST = 512  # bytes
_CLOSERS = b'"}]'
_PRINTABLE = range(0x20, 0x7F)


class NoValue(ValueError):
    """No value can be found under the schema."""


def least_value(json_schema: JsonSchema) -> JsonValue:
    """The shortest of a few walks through the schema's grammar; always the same one.

    A walk takes a quote or bracket wherever it may, else any byte. NoValue when the grammar cannot
    be compiled, or when no walk ends in a value that the schema allows.
    """
    chance = random.Random(0)
    grammar = llguidance.LLMatcher.grammar_from_json_schema(
        enforced(json_schema).schema, overrides=COMPACT
    )
    texts = {_walk(grammar, chance) for _ in range(_WALKS)} - {""}
    for text in sorted(texts, key=lambda each: (len(each), each)):
        value: JsonValue = json.loads(text)
        if allows(json_schema, value):
            return value
    raise NoValue


def _walk(grammar: str, chance: random.Random) -> str:
    """One complete text of the grammar; empty when there is no end to it."""
    matcher = llguidance.LLMatcher(_bytes(), grammar, log_level=0)
    written = bytearray()
    while not matcher.is_error() and len(written) < _LONGEST:
        if matcher.is_accepting():
            return written.decode()
        written.append(_step(matcher, chance))
        matcher.consume_token(written[-1])
    return ""


def _step(matcher: llguidance.LLMatcher, chance: random.Random) -> int:
    mask = matcher.compute_bitmask()
    allowed = [byte for byte in range(256) if mask[byte // 8] >> byte % 8 & 1]
    closers = [byte for byte in allowed if byte in _CLOSERS]
    printable = [byte for byte in allowed if byte in _PRINTABLE]
    return closers[0] if closers else chance.choice(printable or allowed)


@cache
def _bytes() -> llguidance.LLTokenizer:
    """A vocabulary of the 256 bytes: token numbers are byte values."""
    return llguidance.LLTokenizer("byte")
