"""A language model that knows nothing: it writes by chance whatever the grammar lets it."""

import random
from functools import cache

from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

_CLOSERS = b'"}]'
_FIRST = b'}]n"'
_MERGES = (
    b'{"', b'":', b'","', b'"},', b"null", b"true", b'lines":[', b"],", b'raw":"', b'value":',
    b"00", b"9.", b"TOTAL", b" RM", b"RM33", b"20", b"-0", b'\\"', b"}}", b"]}",
    "合計".encode(), "né".encode()[:2],
)  # fmt: skip


class _Vocabulary:
    """Single bytes, some runs of them, and an end; the longest match first."""

    def __init__(self) -> None:
        self.tokens = [bytes([byte]) for byte in range(256)] + list(_MERGES) + [b"<end>"]
        self.eos_token_id = len(self.tokens) - 1
        self.special_token_ids = [self.eos_token_id]
        self.bos_token_id = None
        self._numbers = {token: number for number, token in enumerate(self.tokens[:-1])}
        self._longest = max(map(len, self._numbers))

    def __call__(self, text: bytes | str) -> list[int]:
        rest = text if isinstance(text, bytes) else text.encode()
        numbers: list[int] = []
        while rest:
            size = next(n for n in range(self._longest, 0, -1) if rest[:n] in self._numbers)
            numbers.append(self._numbers[rest[:size]])
            rest = rest[size:]
        return numbers


VOCABULARY = _Vocabulary()


@cache
def tokenizer() -> LLTokenizer:
    return LLTokenizer(TokenizerWrapper(VOCABULARY))


class LoopedError(Exception):
    """The text did not end."""


def write(matcher: LLMatcher, seed: int, *, most: int = 200, most_closing: int = 6000) -> str:
    """A complete text of the grammar: at will for `most` model tokens, then to its end."""
    chance = random.Random(seed)
    written = bytearray()
    for count in range(most + most_closing):
        if matcher.is_error():
            raise LoopedError(matcher.get_error())
        if matcher.is_accepting():
            return written.decode()
        forced = matcher.compute_ff_tokens()
        step = forced or [_choice(matcher, chance, written, closing=count >= most)]
        matcher.consume_tokens(step)
        for number in step:
            written += VOCABULARY.tokens[number]
    raise LoopedError(f"not finished after {len(written)} bytes")


def _choice(matcher: LLMatcher, chance: random.Random, written: bytearray, *, closing: bool) -> int:
    mask = matcher.compute_bitmask()
    count = VOCABULARY.eos_token_id
    allowed = [number for number in range(count) if mask[number // 8] >> number % 8 & 1]
    closers = _FIRST if bytes(written[-1:]) in b"{[:," else _CLOSERS
    ends = [byte for byte in closers if byte in allowed]
    if ends and chance.random() < (0.8 if closing else 0.15):
        return ends[0]
    return chance.choice(allowed)
