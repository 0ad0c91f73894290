"""A document's text as chunks that a model may copy: the smallest runs that make sense alone."""

import json
import re
from collections.abc import Iterable, Iterator

# Scripts that do not put spaces between words: every letter is a chunk of its own, or no amount in
# the middle of a line of Chinese could be chosen. Thai, Lao, Tibetan, Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# A number keeps what joins its digits, so that no part of "1,234.56" passes for an amount; letters
# and digits that OCR ran together ("RM33.90") come apart.
_CHUNK = re.compile(
    rf"\d+(?:[.,:/'’\-]\d+)*|[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W\d_])+|\s+|.", re.DOTALL
)


def chunks(lines: Iterable[str]) -> Iterator[str]:
    """The lines, joined by one space each, cut where a copy may begin or end."""
    return (found.group() for found in _CHUNK.finditer(" ".join(lines)))


def escaped(text: str) -> str:
    """The text as it stands between the quotes of a JSON string, in UTF-8 as far as it can be."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(whole, ensure_ascii=False)[1:-1]
