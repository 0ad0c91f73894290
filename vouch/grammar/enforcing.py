"""A leaf's schema as the grammar can hold a model to it, and what is left to be checked.

llguidance refuses keywords that it does not know how to enforce. Those are taken out here, which
only ever allows more, and told, so that the value can be checked when it is there. Where a schema
sets no bound, one is put in, so that nothing can be written for ever.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from llguidance import LLMatcher

from vouch.grammar.budget import parser_limits
from vouch.schemas.draft import Pointer
from vouch.schemas.keywords import ASSERTIONS, OF_ANY, Schema, changed
from vouch.schemas.shape import JsonSchema

LONGEST = 1000
"""Characters of a text."""
LARGEST = 10**15
"""Of a number: beyond it, doubles cannot tell neighbours apart."""
MOST_MEMBERS = 100
"""Of a list inside of a leaf."""
DEEPEST = 6
"""Levels of what a schema leaves open, where it cannot be nested at will."""
COMPACT = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
CHECKED_KEYWORDS = frozenset(
    {"not", "if", "then", "else", "contains", "minContains", "maxContains", "uniqueItems",
     "unevaluatedItems", "propertyNames", "dependentRequired", "dependentSchemas", "dependencies",
     "unevaluatedProperties"}
)  # fmt: skip
"""What llguidance does not enforce; jsonschema checks it afterwards."""
BINDING_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"}
)
STANDARD_FORMATS = BINDING_FORMATS | {
    "idn-email", "idn-hostname", "uri-reference", "iri", "iri-reference", "uri-template",
    "json-pointer", "relative-json-pointer", "regex",
}  # fmt: skip
_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_REAL_DATE = (
    f"^(?:{_YEAR}-(?:(?:0[13-9]|1[0-2])-[0-9]{{2}}|02-(?:[01][0-9]|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_REAL_TIME = "[0-9]{2}:[0-9]{2}:[0-5]"
_REALLY = {
    "date": _REAL_DATE,
    "date-time": f"{_REAL_DATE}[Tt]{_REAL_TIME}",
    "time": f"^{_REAL_TIME}",
}
"""What llguidance leaves open: February 29th of other years, the year 0, and any second 60."""
_SOMETIMES = frozenset({"oneOf", "minProperties", "maxProperties", "patternProperties"})
"""Enforced only in some of their uses."""
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_DEFINITIONS = ("/$defs/", "/definitions/")
_ANYTHING = "vouch:anything"
_SCALARS = {"maxLength": LONGEST, "minimum": -LARGEST, "maximum": LARGEST}


class Keyword(NamedTuple):
    """A keyword at its place in a schema."""

    at: Pointer
    name: str


class Enforced(NamedTuple):
    """What a leaf's schema becomes."""

    schema: JsonSchema
    """For the grammar."""
    checked: tuple[Keyword, ...]
    """What it does not hold a writer to."""
    fault: str
    """Why llguidance refuses even this; empty when it does not."""


def cap(least: int, most: int | None, usual: int) -> int:
    """The most members of a list: what the schema says, or the usual if that is less."""
    return max(least, usual if most is None else min(most, usual))


def enforced(schema: JsonSchema) -> Enforced:
    """The strictest form of a leaf's schema that llguidance takes."""
    return _enforced(json.dumps(schema, ensure_ascii=False))


@lru_cache(maxsize=1024)
def _enforced(text: str) -> Enforced:
    found: list[Enforced] = []
    for coarse in (False, True):
        # llguidance cannot intersect what refers to itself: the second try has a floor
        for unbounded in (anything(), anything(DEEPEST), None):
            found.append(_variant(json.loads(text), unbounded, coarse=coarse))
            if not found[-1].fault:
                return found[-1]
    return found[0]


def _variant(
    schema: JsonSchema, unbounded: dict[str, JsonSchema] | None, *, coarse: bool
) -> Enforced:
    """`unbounded` defines what stands for anything; None: what the schema leaves open stays so."""
    loosening = _Loosening(bounds=unbounded is not None, coarse=coarse)
    loose = loosening.of(schema, "")
    if unbounded is not None and not isinstance(loose, bool) and loosening.open_ended:
        loose = {**loose, "$defs": {**loose.get("$defs", {}), **unbounded}}
    return Enforced(loose, tuple(loosening.checked), fault_of(loose))


def fault_of(schema: JsonSchema) -> str:
    """Why llguidance refuses a schema, in its own words; empty when it takes it."""
    grammar = LLMatcher.grammar_from_json_schema(schema, overrides=COMPACT)
    return str(LLMatcher.validate_grammar(grammar, limits=parser_limits()))


def anything(depth: int | None = None) -> dict[str, JsonSchema]:
    """Definitions of any JSON within bounds: nested at will, or so deep at the most."""
    if depth is None:
        return {_ANYTHING: _any_of_members(_ANYTHING)}
    names = [_ANYTHING, *(f"{_ANYTHING}:{below}" for below in reversed(range(depth)))]
    nested = {name: _any_of_members(inner) for name, inner in pairwise(names)}
    return {**nested, names[-1]: {"type": ["null", "boolean", "number", "string"], **_SCALARS}}


def _any_of_members(name: str) -> JsonSchema:
    inner = {"$ref": f"#/$defs/{name}"}
    return {
        "type": ["null", "boolean", "number", "string", "array", "object"],
        **_SCALARS,
        "items": inner,
        "maxItems": MOST_MEMBERS,
        "additionalProperties": inner,
    }


@dataclass
class _Loosening:
    """One way through a schema, and what was taken out on it."""

    bounds: bool
    coarse: bool
    """Whether to take out also what is enforced in some uses only."""
    checked: list[Keyword] = field(default_factory=list)
    open_ended: bool = False

    def of(self, schema: JsonSchema, at: Pointer) -> JsonSchema:
        schema = _simplified(schema)
        kept = {key: child for key, child in schema.items() if self._stays(key, child, at)}
        for key in _COUNTS:
            if isinstance(kept.get(key), float):
                kept[key] = int(kept[key])
        if kept.get("minProperties", 0) > max(1, len(kept.get("required", ()))):
            # counted as written: the same name twice is one member once it is read
            self.checked.append(Keyword(at, "minProperties"))
        if self.coarse and "oneOf" in kept:
            self.checked.append(Keyword(at, "oneOf"))
            kept = _with_any_of(kept)
        loose = changed(kept, lambda step, child: self._child(child, at + step))
        if self.bounds:
            loose |= self._missing_bounds(loose)
        if self.bounds and "/oneOf/" in at and not self.coarse and not OF_ANY & set(loose):
            loose |= self._cut(loose)
        if loose.get("format") in _REALLY:
            pattern = _REALLY[loose["format"]]
            loose["allOf"] = [*loose.get("allOf", []), {"pattern": pattern}]
        return loose

    def _child(self, child: Schema, at: Pointer) -> Schema:
        if isinstance(child, bool):
            if child and self.bounds:
                self.open_ended = True
                return {"$ref": f"#/$defs/{_ANYTHING}"}
            return child
        return self.of(child, at)

    def _stays(self, key: str, child: object, at: Pointer) -> bool:
        if key in {"$defs", "definitions", "$schema"}:
            return True
        if key == "format":
            if child in BINDING_FORMATS or child not in STANDARD_FORMATS:
                return child in BINDING_FORMATS
        elif key not in CHECKED_KEYWORDS and not (self.coarse and key in _SOMETIMES - {"oneOf"}):
            return key in ASSERTIONS
        self.checked.append(Keyword(at, key))
        return False

    def _missing_bounds(self, schema: JsonSchema) -> JsonSchema:
        if OF_ANY & set(schema):
            return {}
        kinds = schema.get("type", ["string", "number", "array", "object"])
        told = [kinds] if isinstance(kinds, str) else kinds
        return {key: value for kind in told for key, value in self._bounds_of(kind, schema)}

    def _cut(self, schema: JsonSchema) -> JsonSchema:
        """An option of `oneOf`, cut down to what is within bounds whatever it says itself.

        All options are cut alike, so that two of them that overlap still do.
        """
        cut = {
            "minimum": max(schema.get("minimum", -LARGEST), -LARGEST),
            "maximum": min(schema.get("maximum", LARGEST), LARGEST),
            "maxItems": min(schema.get("maxItems", MOST_MEMBERS), MOST_MEMBERS),
        }
        if "format" not in schema:
            cut["maxLength"] = min(schema.get("maxLength", LONGEST), LONGEST)
        kinds = schema.get("type", ["string", "number", "array"])
        return {key: value for key, value in cut.items() if _speaks_of(key, kinds)}

    def _bounds_of(self, kind: str, schema: JsonSchema) -> Iterator[tuple[str, Any]]:
        inner = {"$ref": f"#/$defs/{_ANYTHING}"}
        if kind == "string" and not {"maxLength", "format"} & set(schema):
            yield "maxLength", max(LONGEST, schema.get("minLength", 0))
        elif kind in {"number", "integer"}:
            yield from _range(schema)
        elif kind == "array":
            if "maxItems" not in schema:
                yield "maxItems", max(MOST_MEMBERS, schema.get("minItems", 0))
            if not {"items", "additionalItems"} & set(schema):
                self.open_ended = True
                yield "items", inner
        elif kind == "object" and "additionalProperties" not in schema:
            self.open_ended = True
            yield "additionalProperties", inner


def _simplified(schema: JsonSchema) -> JsonSchema:
    """The same said with keywords that can be enforced, and without those that say nothing."""
    plain = {key: child for key, child in schema.items() if not _is_idle(key, child, schema)}
    if not OF_ANY & set(plain):
        for key, alike in (
            ("unevaluatedItems", "items"),
            ("unevaluatedProperties", "additionalProperties"),
        ):
            if key in plain:
                plain.setdefault(alike, plain.pop(key))
    return plain


def _is_idle(key: str, child: object, schema: JsonSchema) -> bool:
    """Whether a keyword asks for nothing, given the others."""
    match key:
        case "uniqueItems":
            return child is False
        case "then" | "else":
            return "if" not in schema
        case "if":
            return not {"then", "else"} & set(schema)
        case "minContains" | "maxContains":
            return "contains" not in schema
        case "unevaluatedItems" | "unevaluatedProperties":
            return child is True
    return False


def _speaks_of(key: str, kinds: str | list[str]) -> bool:
    """Whether a bound concerns values of one of these types."""
    of = {"maxItems": {"array"}, "maxLength": {"string"}}.get(key, {"number", "integer"})
    return bool(of & ({kinds} if isinstance(kinds, str) else set(kinds)))


def _range(schema: JsonSchema) -> Iterator[tuple[str, int]]:
    told = set(schema)
    lower = max(schema.get("minimum", -LARGEST), schema.get("exclusiveMinimum", -LARGEST))
    upper = min(schema.get("maximum", LARGEST), schema.get("exclusiveMaximum", LARGEST))
    if not {"minimum", "exclusiveMinimum"} & told and upper > -LARGEST:
        yield "minimum", -LARGEST
    if not {"maximum", "exclusiveMaximum"} & told and lower < LARGEST:
        yield "maximum", LARGEST


def _with_any_of(schema: JsonSchema) -> JsonSchema:
    """The schema with `oneOf` loosened to `anyOf`."""
    rest = {key: child for key, child in schema.items() if key != "oneOf"}
    options: Sequence[Schema] = schema["oneOf"]
    if "anyOf" not in rest:
        return {**rest, "anyOf": options}
    return {**rest, "allOf": [*rest.get("allOf", []), {"anyOf": options}]}
