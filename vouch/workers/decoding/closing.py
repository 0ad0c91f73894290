"""An answer that was cut off, completed by its grammar alone.

The model has no say any more: what it did not come to is null where the schema lets it be, and the
leaf in which it was cut off is given up, so that no half of a value passes for a whole one.
"""

import random
from collections.abc import Sequence

from llguidance import LLMatcher, LLTokenizer

from vouch.schemas.errors import EngineFailed

_LEAVES = (b'{"lines":[', b'{"raw":"', b'{"raw":null,"lines"')
_LONGEST = max(map(len, _LEAVES))
_ENDINGS = (b"null", b"}", b"]", b",", b":", b'"')
"""What ends an answer soonest, outside of strings."""


def unfinished_leaf(written: bytes) -> int | None:
    """Where the leaf that is being written begins, in bytes; None between leaves.

    An object or a leaf that has only just begun cannot be told apart: either may be given up.
    """
    opened, _ = unclosed(written)
    return next((at for at in opened if _may_be_leaf(written[at : at + _LONGEST])), None)


def _may_be_leaf(beginning: bytes) -> bool:
    return any(leaf.startswith(beginning) or beginning.startswith(leaf) for leaf in _LEAVES)


def unclosed(written: bytes) -> tuple[list[int], bool]:
    """Where the open objects and lists of a JSON text begin, and whether it ends in a string."""
    opened: list[int] = []
    inside = escaped = False
    for at, byte in enumerate(written):
        if inside:
            inside = escaped or byte != ord('"')
            escaped = byte == ord("\\") and not escaped
        elif byte == ord('"'):
            inside = True
        elif byte in b"{[":
            opened.append(at)
        elif byte in b"}]" and opened:
            opened.pop()
    return opened, inside


def ending(matcher: LLMatcher, tokenizer: LLTokenizer, written: bytes, most: int) -> list[int]:
    """Model tokens that complete `written`, after which `matcher` stands; it ends where they do.

    EngineFailed when that takes more than `most`.
    """
    chance = random.Random(len(written))
    tokens: list[int] = []
    while not (matcher.is_stopped() or matcher.is_accepting()):
        if len(tokens) > most:
            raise EngineFailed("the answer cannot be completed")
        following = matcher.compute_ff_tokens() or [_next(matcher, tokenizer, written, chance)]
        if not matcher.consume_tokens(following):
            raise EngineFailed("the grammar refused what it had allowed")
        tokens += following
        written += tokenizer.decode_bytes(following)
    return tokens


def _next(matcher: LLMatcher, tokenizer: LLTokenizer, written: bytes, chance: random.Random) -> int:
    _, is_in_string = unclosed(written)
    endings: Sequence[bytes] = (b'"',) if is_in_string else _ENDINGS
    for text in endings:
        token: int = tokenizer.tokenize_bytes(text)[0]
        if matcher.validate_tokens([token]):
            return token
    allowed = matcher.compute_logit_bias()
    return chance.choice([token for token, bias in enumerate(allowed) if bias])
