"""RFC 6901 JSON Pointers: between a tree of data and its leaves."""

import re
from collections.abc import Mapping
from typing import Any

from vouch.schemas.draft import Pointer

_INDEX = re.compile(r"/\d+(?=/|$)")


def pattern_of(pointer: Pointer) -> str:
    """The pointer with its list indices as stars: "/items/0/price" → "/items/*/price"."""
    return _INDEX.sub("/*", pointer)


def tree(leaves: Mapping[Pointer, Any]) -> dict[str, Any]:
    """Leaves by pointer → nested dicts and lists. Indices of a list must be consecutive from 0.

    Names that consist of digits are list indices; Vouch's schemas have no such property names.
    """
    root: dict[str, Any] = {}
    for pointer, leaf in leaves.items():
        node = root
        *path, last = steps_of(pointer)
        for part in path:
            node = node.setdefault(part, {})
        node[last] = leaf
    return {name: _listed(child) for name, child in root.items()}


def steps_of(pointer: Pointer) -> tuple[str, ...]:
    """ "/a~1b/0" → ("a/b", "0")."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _listed(node: Any) -> Any:  # noqa: ANN401 (JSON is a tree of anything)
    if not isinstance(node, dict):
        return node
    children = {name: _listed(child) for name, child in node.items()}
    if children and all(name.isdigit() for name in children):
        return [children[name] for name in sorted(children, key=int)]
    return children
