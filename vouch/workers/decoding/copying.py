"""What a model will probably write next: it copies, from the document and from itself.

A guess costs nothing but the time of checking it: what the model would not have written is thrown
away.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

_CITED = re.compile(rb'"lines":\[([0-9]+)[0-9,]*\],"raw":"$')
_IN_RAW = re.compile(rb'"raw":"(?:[^"\\]|\\.)+$')
_QUOTED = re.compile(rb'"raw":"((?:[^"\\]|\\.)+)","lines":\[$')
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
    if quoted := _QUOTED.search(written):
        yield from _places(quoted[1], copies)
    if printed := _PRINTED.search(written):
        yield printed[1] + b'"'
    yield from _seen(written, copies)
    if _IN_RAW.search(written):
        yield b'"}'
        yield b'","value":"'


def _places(raw: bytes, copies: Sequence[bytes]) -> Iterator[bytes]:
    """The numbers of the lines that words stand on, for each place where they do."""
    document, at = b" ".join(copies), -1
    ends = tuple(accumulate(len(copy) + 1 for copy in copies))
    while (at := document.find(raw, at + 1)) >= 0:
        first, last = bisect_right(ends, at), bisect_right(ends, at + len(raw) - 1)
        numbers = ",".join(str(number + 1) for number in range(first, last + 1))
        yield f"{numbers}]".encode()


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
