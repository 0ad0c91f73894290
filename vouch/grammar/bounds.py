"""Bounds where a schema has none, so that nothing can be written for ever."""

from vouch.schemas.shape import JsonSchema

LONGEST = 1000
"""Characters of a text."""
LARGEST = 10**15
"""Of a number: beyond it, doubles cannot tell neighbours apart."""


ANNOTATIONS = frozenset(
    {
        "$comment",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
    }
)
_FINITE = {"enum", "const", "format", "maxLength"}


def cap(least: int, most: int | None, usual: int) -> int:
    """The most members of a list: what the schema says, or the usual if that is less."""
    return max(least, usual if most is None else min(most, usual))


def bounded(schema: JsonSchema) -> JsonSchema:
    """A leaf's schema, narrowed where it lets texts or numbers grow without end."""
    plain = {key: child for key, child in schema.items() if key not in ANNOTATIONS}
    if plain.get("type") == "string" and not _FINITE & set(plain):
        plain["maxLength"] = max(LONGEST, plain.get("minLength", 0))
    return plain
