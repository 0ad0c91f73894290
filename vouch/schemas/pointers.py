"""RFC 6901 JSON Pointers and their steps."""

import re
from collections.abc import Iterable

from vouch.schemas.draft import Pointer

_INDEX = re.compile(r"/\d+(?=/|$)")


def pattern_of(pointer: Pointer) -> str:
    """The pointer with its list indices as stars: "/items/0/price" → "/items/*/price"."""
    return _INDEX.sub("/*", pointer)


def steps_of(pointer: Pointer) -> tuple[str, ...]:
    """ "/a~1b/0" → ("a/b", "0")."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def pointer_of(steps: Iterable[str | int]) -> Pointer:
    """("a/b", 0) → "/a~1b/0"."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
