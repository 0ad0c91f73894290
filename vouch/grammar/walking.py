"""Short texts of a grammar, written by chance and without a model."""

import random
from functools import cache
from typing import NamedTuple

from llguidance import LLMatcher, LLTokenizer

_CLOSERS = b'"}]'
"""What shortens a text, best first."""
_FIRST = b'}]n"'
"""The same where a value or a name may begin."""
_EAGERNESS = 0.8
_PRINTABLE = range(0x20, 0x7F)


class Walk(NamedTuple):
    """What became of one way through a grammar."""

    text: bytes
    is_complete: bool
    fault: str
    """What llguidance found wrong on the way; empty when nothing."""


def walked(matcher: LLMatcher, chance: random.Random, most: int) -> Walk:
    """Write a short text, of at most so many bytes; `matcher` is one of `byte_tokenizer`'s."""
    written = bytearray()
    while len(written) < most and not matcher.is_accepting() and not matcher.is_error():
        step = list(matcher.compute_ff_bytes()) or [_step(matcher, chance, bytes(written[-1:]))]
        matcher.consume_tokens(step)
        written += bytes(step)
    return Walk(bytes(written), bool(matcher.is_accepting()), str(matcher.get_error()))


@cache
def byte_tokenizer() -> LLTokenizer:
    """A vocabulary of single bytes: the number of a token is its byte."""
    return LLTokenizer("byte")


def _step(matcher: LLMatcher, chance: random.Random, last: bytes) -> int:
    """A byte that closes something, mostly, if one may; else any."""
    mask = matcher.compute_bitmask()
    allowed = [byte for byte in range(256) if mask[byte // 8] >> byte % 8 & 1]
    closers = _FIRST if last in b"{[:," else _CLOSERS
    closing = [byte for byte in closers if byte in allowed]
    printable = [byte for byte in allowed if byte in _PRINTABLE]
    # not always: in some texts a brace may stand for ever
    if closing and chance.random() < _EAGERNESS:
        return closing[0]
    return chance.choice(printable or allowed or [0])
