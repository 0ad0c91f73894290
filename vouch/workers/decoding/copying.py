"""What a model will probably write next: it copies, from the document and from itself.

A guess costs nothing but the time of checking it: what the model would not have written is thrown
away.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from vouch.grammar.drafts import MOST_LINES

_CITED = re.compile(rb'"lines":\[([0-9]+)[0-9,]*\],"raw":"$')
_IN_RAW = re.compile(rb'"raw":"(?:[^"\\]|\\.)+$')
_LINES = b'","lines":['
_QUOTED = re.compile(rb'"raw":("(?:[^"\\]|\\.)+"),"lines":\[$')
_PRINTED = re.compile(rb'"raw":"[^"]*?(-?[0-9][^"]*)"(?:,"lines":\[[0-9,]*\])?,"value":"$')
_LEAST, _MOST = 3, 24
"""Bytes in common that make a continuation worth a guess, and those that are enough."""


def continuations(written: bytes, copies: Sequence[bytes]) -> Iterator[bytes]:
    """What may come after `written`, likeliest first.

    `copies` are the document's lines as they stand inside a JSON string.
    """
    if cited := _CITED.search(written):
        number = int(cited[1])
        yield from copies[number - 1 : number]
    if printed := _PRINTED.search(written):
        yield printed[1] + b'"'
    yield from _seen(written, copies)
    if _IN_RAW.search(written):
        yield b'"}'
        yield b'","value":"'


def lines_told(written: bytes, sole_lines: Callable[[str], Sequence[int]]) -> bytes:
    """What must come next where a quotation has just ended that stands in one place only.

    `sole_lines` tells the numbers of its lines. Empty where the model has to say them.
    """
    quoted = _QUOTED.search(written) if written.endswith(_LINES) else None
    numbers = sole_lines(json.loads(quoted[1])) if quoted else ()
    return f"{','.join(map(str, numbers[:MOST_LINES]))}]".encode() if numbers else b""


def _seen(written: bytes, copies: Sequence[bytes]) -> Iterator[bytes]:
    """What followed the longest tail of `written` where it stood before."""
    document = b" ".join(copies)
    for length in range(min(_MOST, len(written) - 1), _LEAST - 1, -1):
        tail = written[-length:]
        for text in (document, written):
            at = text.rfind(tail, 0, len(text) - 1)
            if at >= 0:
                yield text[at + length :]
                return
