"""A first draft for nobody: shows that a grammar can be written to its end, and what that takes."""

import random
import time
from typing import NamedTuple

from vouch.grammar.compiling import Grammars
from vouch.grammar.walking import Walk, byte_tokenizer, walked


class Trial(NamedTuple):
    """A draft under a grammar, and what compiling it took."""

    walk: Walk
    compile_seconds: float


def tried(lark: str, most: int) -> Trial:
    """Write a short draft, of at most so many bytes, under a grammar.

    SchemaTooLarge, SchemaRefused when the grammar cannot be compiled.
    """
    started = time.perf_counter()
    matcher = Grammars(byte_tokenizer(), most_kept=1).matcher(lark)
    seconds = time.perf_counter() - started
    return Trial(walked(matcher, random.Random(0), most), seconds)
