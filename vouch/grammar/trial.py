"""A first draft for nobody: shows that a grammar can be written to its end, and what that takes."""

import random
import time
from dataclasses import dataclass
from functools import cache

from llguidance import LLMatcher, LLTokenizer

from vouch.grammar.compiling import Grammars

_CLOSERS = b'"}]'
"""What shortens a draft, best first."""
_FIRST = b'}]n"'
"""The same where a value or a name may begin."""
_EAGERNESS = 0.8
_PRINTABLE = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one walk through a grammar."""

    length: int
    """Bytes that were written."""
    is_complete: bool
    fault: str
    """What llguidance found wrong on the way; empty when nothing."""
    compile_seconds: float


def tried(lark: str, most: int) -> Trial:
    """Write a short draft, of at most so many bytes, under a grammar.

    SchemaTooLarge, SchemaRefused when the grammar cannot be compiled.
    """
    started = time.perf_counter()
    matcher = Grammars(byte_tokenizer(), most_kept=1).matcher(lark)
    seconds = time.perf_counter() - started
    chance = random.Random(0)
    length, last = 0, 0
    while length < most and not matcher.is_accepting() and not matcher.is_error():
        step = list(matcher.compute_ff_bytes()) or [_step(matcher, chance, last)]
        matcher.consume_tokens(step)
        length, last = length + len(step), step[-1]
    return Trial(length, bool(matcher.is_accepting()), str(matcher.get_error()), seconds)


@cache
def byte_tokenizer() -> LLTokenizer:
    """A vocabulary of single bytes: the number of a token is its byte."""
    return LLTokenizer("byte")


def _step(matcher: LLMatcher, chance: random.Random, last: int) -> int:
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
