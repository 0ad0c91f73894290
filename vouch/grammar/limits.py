"""How large a schema may be; published with every lint."""

import json
from collections.abc import Iterator

from vouch.schemas.keywords import JsonSchema
from vouch.schemas.value import Value


class Limits(Value):
    """Bounds of a schema that callers send."""

    bytes: int = 262_144
    """Of the schema as compact JSON."""
    depth: int = 48
    """Objects and lists inside of each other."""
    leaves: int = 1_000
    """Values with evidence of their own, references unfolded; a list's members count once."""
    enum_entries: int = 10_000
    """Of all enums together."""
    pattern_length: int = 1_000
    """Characters of one pattern."""
    least_text: int = 2_000
    """The largest `minLength`."""
    least_members: int = 200
    """The largest `minItems` or `minProperties`."""
    shortest_draft: int = 16_384
    """Bytes of the least that a reader must write for an empty document."""


LIMITS = Limits()


def excesses(schema: JsonSchema, limits: Limits = LIMITS) -> Iterator[str]:
    """What of a schema is beyond its limits, before anything else looks at it."""
    depth = _depth(schema, limits.depth)
    if depth > limits.depth:
        yield f"it is nested more than {limits.depth} levels deep"
        return
    size = len(json.dumps(schema, separators=(",", ":")).encode())
    if size > limits.bytes:
        yield f"it has {size} bytes; {limits.bytes} are allowed"
    entries = sum(_sizes(schema, "enum"))
    if entries > limits.enum_entries:
        yield f"its enums have {entries} entries; {limits.enum_entries} are allowed"
    for keyword, most in (
        ("pattern", limits.pattern_length),
        ("minLength", limits.least_text),
        ("minItems", limits.least_members),
        ("minProperties", limits.least_members),
    ):
        largest = max(_sizes(schema, keyword), default=0)
        if largest > most:
            yield f"a {keyword} of {largest} is beyond {most}"


def _depth(node: object, most: int) -> int:
    """Levels of nesting, counted no further than just beyond `most`."""
    if most < 0 or not isinstance(node, dict | list):
        return 0
    children = node.values() if isinstance(node, dict) else node
    return 1 + max((_depth(child, most - 1) for child in children), default=0)


def _sizes(node: object, keyword: str) -> Iterator[int]:
    """How large each use of a keyword is: its number, or the length of its text or list."""
    if isinstance(node, dict):
        said = node.get(keyword)
        if isinstance(said, str | list):
            yield len(said)
        elif isinstance(said, int | float):
            yield int(said)
        for child in node.values():
            yield from _sizes(child, keyword)
    elif isinstance(node, list):
        for child in node:
            yield from _sizes(child, keyword)
