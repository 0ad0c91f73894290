"""What a model will probably write next: it copies, from the document and from itself.

A guess costs nothing but the time of checking it: what the model would not have written is thrown
away. Short guesses that are right are worth more than long ones that may be.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from vouch.grammar.drafts import MOST_LINES

_CITED = re.compile(rb'"lines":\[([0-9]+)[0-9,]*\],"raw":"$')
_IN_RAW = re.compile(rb'"raw":"((?:[^"\\]|\\.)+)$')
_IN_LINES = re.compile(rb'","lines":\[[0-9]+$')
_LINES = b'","lines":['
_QUOTED = re.compile(rb'"raw":("(?:[^"\\]|\\.)+"),"lines":\[$')
_QUOTE_OF_VALUE = rb'(?:,"lines":\[[0-9,]*\])?,"value":"$'
_DAY_FIRST = re.compile(
    rb'"raw":"[^"]*?([0-9]{2})[-/. ]([0-9]{2})[-/. ]([0-9]{4})[^"]*"' + _QUOTE_OF_VALUE
)
_PRINTED = re.compile(rb'"raw":"[^"]*?(-?[0-9][^"]*)"' + _QUOTE_OF_VALUE)
_RAW = b'"raw":"'
_LEAST, _MOST = 3, 24
"""Bytes in common that make a continuation worth a guess, and those that are enough."""


def continuations(written: bytes, copies: Sequence[bytes]) -> Iterator[bytes]:
    """What may come after `written`, likeliest first.

    `copies` are the document's lines as they stand inside a JSON string.
    """
    if cited := _CITED.search(written):
        number = int(cited[1])
        yield from copies[number - 1 : number]
    if day := _DAY_FIRST.search(written):
        yield b"-".join(reversed(day.groups())) + b'"'
    if printed := _PRINTED.search(written):
        yield printed[1] + b'"'
    if quoted := _IN_RAW.search(written):
        yield from _quoted_on(quoted[1], copies)
    else:
        yield from _structure(written)


def lines_told(written: bytes, sole_lines: Callable[[str], Sequence[int]]) -> bytes:
    """What must come next where a quotation has just ended that stands in one place only.

    `sole_lines` tells the numbers of its lines. Empty where the model has to say them.
    """
    quoted = _QUOTED.search(written) if written.endswith(_LINES) else None
    numbers = sole_lines(json.loads(quoted[1])) if quoted else ()
    return f"{','.join(map(str, numbers[:MOST_LINES]))}]".encode() if numbers else b""


def _quoted_on(quoted: bytes, copies: Sequence[bytes]) -> Iterator[bytes]:
    """The rest of the line that is being copied, of a number the rest of the number; then its end.

    The last line that goes on so is the likeliest: sums repeat what stands above them.
    """
    tail = quoted[-_MOST:]
    for copy in reversed(copies):
        at = copy.rfind(tail)
        if at == 0 or (at > 0 and (len(tail) >= _LEAST or copy[at - 1 : at] == b" ")):
            rest = copy[at + len(tail) :]
            rest = rest.partition(b" ")[0] if quoted[:1].isdigit() else rest
            if rest:
                yield rest + _LINES
            break
    yield _LINES
    yield b'"}'
    yield b'","value":"'


def _structure(written: bytes) -> Iterator[bytes]:
    """What stands between quotations: it repeats itself, what is quoted does not."""
    if _IN_LINES.search(written):
        yield b'],"value":"'
        yield b"]}"
    if written.endswith(b'":'):
        yield b'{"raw":"'
    for length in range(min(_MOST, len(written) - 1), _LEAST - 1, -1):
        at = written.rfind(written[-length:], 0, len(written) - 1)
        if at >= 0:
            told, begins, _ = written[at + length :].partition(_RAW)
            yield told + begins
            return
