"""The verdict on each keyword of a schema, and what each leaf of its shape has to say to it."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from vouch.grammar.compiling import plainly
from vouch.grammar.enforcing import (
    BINDING_FORMATS,
    STANDARD_FORMATS,
    Enforced,
    Keyword,
    enforced,
    fault_of,
)
from vouch.grammar.proof import dialect_of
from vouch.schemas.draft import Pointer
from vouch.schemas.keywords import ANNOTATIONS, ASSERTIONS, changed, places, target
from vouch.schemas.shape import WHOLE, JsonSchema, LeafShape, ListShape, ObjectShape, Shape, escaped
from vouch.schemas.value import Value

Verdict = Literal["binds", "checked", "refused", "annotation"]
_MOST_TRIES = 200
_MOST_TRIED = 500_000  # bytes of schema compiled to find who is to blame: about a second
DIALECTS = ("draft/2020-12/", "draft/2019-09/", "draft-07/", "draft-06/")


class Finding(Value):
    """What becomes of one keyword at one place."""

    pointer: Pointer
    """Of the place in the schema."""
    keyword: str
    verdict: Verdict
    reason: str


class Place(NamedTuple):
    """A leaf or list of the shape."""

    pointer: Pointer
    """Into the data: "/items/*/price"."""
    shape: LeafShape | ListShape
    may_be_missing: bool
    """Whether the data is valid without it."""


Said = tuple[Verdict, str]
"""A verdict and its reason."""
_BINDS: Said = ("binds", "no value that breaks it can be written")
_CHECKED: Said = ("checked", "checked afterwards: a value that breaks it counts as not found")
_NOT_ENFORCED: Said = (
    "refused",
    "it cannot be enforced while a value is written, and the value may not be missing: allow null "
    "beside it, or leave it out",
)


def places_of(shape: Shape, at: Pointer = "", *, optional: bool = False) -> Iterator[Place]:
    """All leaves and lists of a shape."""
    may_be_missing = optional or shape.nullable
    match shape:
        case LeafShape():
            yield Place(at, shape, may_be_missing)
        case ListShape():
            yield Place(at, shape, may_be_missing)
            yield from places_of(shape.member, f"{at}/*")
        case ObjectShape():
            for child in shape.properties:
                below = f"{at}/{escaped(child.name)}"
                yield from places_of(child.shape, below, optional=not child.required)


def verdicts(schema: JsonSchema, shape: Shape) -> Iterator[Finding]:
    """A finding for every keyword at every place of a schema."""
    told = _told_by_leaves(shape)
    named = {node["$ref"][1:] for _, node in places(schema) if isinstance(node.get("$ref"), str)}
    for at, node in places(schema):
        for name in node:
            said = told.pop(Keyword(at, name), None)
            own = _on_its_own(Keyword(at, name), node[name], schema)
            verdict, reason = own if said is None or own[0] == "refused" else said
            if verdict != "refused" and _is_unused(at, named):
                verdict, reason = "annotation", "nothing refers to this definition"
            yield Finding(pointer=at, keyword=name, verdict=verdict, reason=reason)
    for keyword, (verdict, reason) in told.items():
        yield Finding(pointer=keyword.at, keyword=keyword.name, verdict=verdict, reason=reason)


def _told_by_leaves(shape: Shape) -> dict[Keyword, Said]:
    """What llguidance makes of each leaf; where leaves share a place, the sternest verdict."""
    told: dict[Keyword, Said] = {}
    for place in places_of(shape):
        if isinstance(place.shape, LeafShape) and not place.shape.copied:
            for keyword, said in _told_by_leaf(place.shape, may_be_missing=place.may_be_missing):
                if keyword not in told or told[keyword][0] != "refused":
                    told[keyword] = said
    return told


def _told_by_leaf(leaf: LeafShape, *, may_be_missing: bool) -> Iterator[tuple[Keyword, Said]]:
    found = enforced(leaf.json_schema)
    for keyword in found.checked:
        said = _CHECKED if may_be_missing else _NOT_ENFORCED
        yield Keyword(_in_schema(keyword.at, leaf.place), keyword.name), said
    if found.fault:
        reason = plainly(found.fault)
        for keyword in _culprits(found):
            yield Keyword(_in_schema(keyword.at, leaf.place), keyword.name), ("refused", reason)


def _culprits(found: Enforced) -> list[Keyword]:
    """The keywords without which a leaf would compile; any one if that takes more than one."""
    suspects = [
        Keyword(at, name)
        for at, node in places(found.schema)
        for name in node
        if name in ASSERTIONS
    ]
    tries = min(_MOST_TRIES, _MOST_TRIED // len(json.dumps(found.schema)))
    guilty = [one for one in suspects[:tries] if not fault_of(_without(found.schema, one))]
    return guilty or suspects[:1] or [Keyword("", "not")]


def _without(schema: JsonSchema, keyword: Keyword, at: Pointer = "") -> JsonSchema:
    if at == keyword.at:
        return {key: child for key, child in schema.items() if key != keyword.name}
    return changed(
        schema,
        lambda step, child: (
            _without(child, keyword, at + step)
            if isinstance(child, dict) and (keyword.at + "/").startswith(f"{at}{step}/")
            else child
        ),
    )


def _in_schema(at: Pointer, leaf: Pointer) -> Pointer:
    """A place in a leaf's own schema as one in the whole schema."""
    if at.startswith(f"{WHOLE}/"):
        return at.removeprefix(WHOLE)
    return at if at.startswith(("/$defs/", "/definitions/")) else leaf + at


def _is_unused(at: Pointer, named: set[Pointer]) -> bool:
    steps = at.split("/")
    if len(steps) < 3 or steps[1] not in {"$defs", "definitions"} or "" in named:
        return False
    home = "/".join(steps[:3])
    return not any(f"{name}/".startswith(f"{home}/") for name in named)


def _on_its_own(keyword: Keyword, said: Any, root: JsonSchema) -> Said:  # noqa: ANN401
    """The verdict on a keyword that no leaf has a say in."""
    if reason := _ailment(keyword, said, root):
        return "refused", reason
    if keyword.name == "format" and said not in STANDARD_FORMATS:
        return "annotation", "JSON Schema knows no such format: any text is valid"
    if keyword.name in ANNOTATIONS:
        return "annotation", "says nothing about values"
    if keyword.name not in ASSERTIONS:
        return "annotation", "no keyword of JSON Schema: it has no effect"
    return _BINDS


def _ailment(keyword: Keyword, said: Any, root: JsonSchema) -> str | None:  # noqa: ANN401
    """Why a keyword is refused wherever it stands; None when it is not."""
    reason: str | None = None
    match keyword.name:
        case "$id" if keyword.at:
            reason = "only the whole schema may have an identity of its own"
        case "$schema" if not any(dialect in str(said) for dialect in DIALECTS):
            reason = "this dialect of JSON Schema is not known here"
        case "$ref" if target(said, root) is None:
            reason = "only places within the schema can be referred to"
        case "$dynamicRef" | "$recursiveRef":
            reason = "references that depend on who refers are not followed"
        case "pattern" | "patternProperties":
            patterns = [said] if isinstance(said, str) else said
            reason = None if all(map(_is_pattern, patterns)) else "Python cannot check the pattern"
        case "format" if said in STANDARD_FORMATS - BINDING_FORMATS:
            is_checkable = said in dialect_of(root).FORMAT_CHECKER.checkers
            reason = None if is_checkable else "the format can be neither enforced nor checked"
    return reason


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
