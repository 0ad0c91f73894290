"""Names of people in the paths of their home folders."""

import re
from collections.abc import Iterator

from vouch.workers.stages.redacting.spans import Span
from vouch.workers.stages.redacting.vocabulary import alike, words

_BAR = r"[\\/|￥¥]"
_HOME = re.compile(
    rf"(?:{_BAR}{{1,2}} ?(?i:{alike('Users')}|home|Documents and Settings)"
    rf"|(?<![\w.])(?i:Users|home)) ?{_BAR}{{1,2}} ?"
)
_NAME = r"[^\s\\/|:*?\"'<>,;()$#\]\[]"
_IN_PATH = re.compile(rf"({_NAME}+(?: {_NAME}+){{0,2}}) ?(?={_BAR})")
_AT_END = re.compile(rf"{_NAME}+")


def user_folders(text: str) -> Iterator[Span]:
    nobody = words("user_folder")["nobody"]
    for home in _HOME.finditer(text):
        name = _in_path(text, home.end()) or _AT_END.match(text, home.end())
        if name is None:
            continue
        printed = name[0].rstrip(" .")
        if printed and printed.casefold() not in nobody and not printed.startswith("%"):
            yield Span("user_folder", name.start(), name.start() + len(printed), "pattern")


def _in_path(text: str, start: int) -> re.Match[str] | None:
    """A name that may have spaces: the path goes on after it."""
    found = _IN_PATH.match(text, start)
    if found is None or re.search(r" (?:[A-Za-z]$|https?$)", found[1]):  # the next word is a path's
        return None
    return found
