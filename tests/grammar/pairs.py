"""Schemas and documents by chance: what callers might send, and worse.

`pairs()` draws both; the values that hypothesis-jsonschema draws for a schema are printed on its
document, so that there is something to copy.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, Unsatisfiable
from hypothesis_jsonschema import from_schema

from vouch.schemas.draft import TokenRef
from vouch.schemas.geometry import Bbox
from vouch.schemas.shape import JsonSchema, leaves, shape_of
from vouch.workers.drafting.lines import NumberedLine, NumberedLines

WORDS = (
    "TOTAL",
    "RM33.90",
    "9.00",
    "2024-02-29",
    'SAID "HI"',
    "\\",
    "合計￥1,280",
    "né 🧾",
    "A\tB",
)
PATTERNS = (
    "^[0-9]+$", "^-?[0-9]+(\\.[0-9]{2})?$",
    "a", "^[A-Z]{3}$", "^(ab|cd)*$", "^\\d{4}-\\d{2}$", "x+y?$",
    "^.{2,5}$", "[^a-z]", "^$", "(?=a)b", "^\\w+\\s\\S*$", "\\bA",
)  # fmt: skip
FORMATS = (
    "date", "time", "date-time", "email", "uri", "uuid", "ipv4", "ipv6", "duration", "hostname",
    "regex", "idn-email", "colour", "int32",
)  # fmt: skip
NAMES = st.sampled_from(["total", "date", "a", "b", "a/b", "c~d", "0", 'q"', "$ref", "合計", ""])
COUNTS = st.integers(0, 3)


@dataclass(frozen=True)
class Pair:
    """A schema and the lines of a document."""

    schema: JsonSchema
    lines: tuple[str, ...]

    @property
    def document(self) -> NumberedLines:
        return numbered(*self.lines)


def numbered(*texts: str) -> NumberedLines:
    """Lines of one token each."""
    return NumberedLines(
        lines=tuple(
            NumberedLine(
                number=number,
                page=1,
                id=f"p1l{number}",
                text=text,
                bbox=Bbox(left=0, top=number, right=1, bottom=number + 1),
                tokens=(TokenRef(page=1, index=number - 1),),
                spans=((0, len(text)),),
            )
            for number, text in enumerate(texts, start=1)
        )
    )


def some(keywords: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[JsonSchema]:
    """Any few of the keywords."""
    return st.fixed_dictionaries({}, optional=dict(keywords))


def typed(
    kind: str, keywords: Mapping[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[JsonSchema]:
    return some(keywords).map(lambda told: {"type": kind, **told})


ANNOTATED = some({"title": st.just("T"), "description": st.just("D"), "x-order": st.integers()})
TEXTS = typed(
    "string",
    {
        "minLength": COUNTS,
        "maxLength": st.integers(2, 12),
        "pattern": st.sampled_from(PATTERNS),
        "format": st.sampled_from(FORMATS),
    },
)
BOUNDS = {
    "minimum": st.integers(-50, 20) | st.sampled_from([0.5, -1e3]),
    "maximum": st.integers(15, 10**6) | st.sampled_from([99.5]),
    "exclusiveMinimum": st.integers(-50, 20),
    "exclusiveMaximum": st.integers(18, 100),
    "multipleOf": st.sampled_from([1, 2, 7, 0.01, 0.5]),
}
NUMBERS = typed("integer", BOUNDS) | typed("number", BOUNDS)
CONSTANTS = st.sampled_from(
    [0, 1.5, True, None, "a", "", "né", [], [1, "a"], {}, {"b": [None]}, "9.00", -7]
)
CHOICES = st.lists(CONSTANTS, min_size=1, max_size=4).map(lambda values: {"enum": values})
SIMPLE = st.one_of(
    st.just({"type": "string"}),
    TEXTS,
    NUMBERS,
    CHOICES,
    CONSTANTS.map(lambda value: {"const": value}),
    st.sampled_from(
        [{"type": "boolean"}, {"type": "null"}, {}, {"type": ["string", "integer", "null"]},
         {"type": "object"}, {"type": "array"}, {"$ref": "#/$defs/node"}, {"$ref": "#/$defs/text"},
         {"$ref": "#"}]
    ),
)  # fmt: skip


def nullable(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


def combined(inner: st.SearchStrategy[JsonSchema]) -> st.SearchStrategy[JsonSchema]:
    """Schemas made of schemas."""
    named = st.dictionaries(NAMES, inner, min_size=1, max_size=4)
    plain = st.builds(_plain_object, named, st.randoms(use_true_random=False))
    listed = typed("array", {"items": inner, "minItems": COUNTS, "maxItems": st.integers(1, 5)})
    several = st.lists(inner, min_size=1, max_size=3)
    wild_list = typed(
        "array",
        {
            "items": inner | st.booleans(),
            "prefixItems": several,
            "minItems": COUNTS,
            "maxItems": st.integers(1, 5),
            "uniqueItems": st.booleans(),
            "contains": inner,
            "unevaluatedItems": st.just(False),
        },
    )
    wild_object = typed(
        "object",
        {
            "properties": named,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": inner | st.booleans(),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=2),
            "propertyNames": st.just({"pattern": "^[a-z]"}),
            "minProperties": COUNTS,
            "maxProperties": st.integers(1, 4),
            "dependentRequired": st.just({"a": ["b"]}),
            "unevaluatedProperties": st.just(False),
        },
    )
    options = st.builds(
        lambda key, schemas: {key: schemas}, st.sampled_from(["anyOf", "oneOf", "allOf"]), several
    )
    conditions = some({"not": inner, "if": inner, "then": inner, "else": inner})
    return st.one_of(
        plain, plain, plain, plain, listed, listed, inner.map(nullable), wild_list, wild_object,
        options, conditions,
    )  # fmt: skip


def _plain_object(named: dict[str, JsonSchema], chance: Any) -> JsonSchema:
    required = [name for name in named if chance.random() < 0.6]
    return {"type": "object", "properties": named, "required": required}


DEFINED: JsonSchema = {
    "text": {"type": ["string", "null"]},
    "node": {
        "type": "object",
        "properties": {"name": {"type": ["string", "null"]}, "child": {"$ref": "#/$defs/node"}},
        "additionalProperties": False,
    },
}


@st.composite
def schemas(draw: st.DrawFn) -> JsonSchema:
    """A schema, not always one that makes sense."""
    schema = draw(combined(st.recursive(SIMPLE, combined, max_leaves=6)) | SIMPLE)
    whole = {**schema, **draw(ANNOTATED)}
    return {**whole, "$defs": DEFINED} if "#/$defs/" in json.dumps(whole) else whole


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A schema with a document that may print values of it."""
    schema = draw(schemas())
    lines: list[str] = draw(st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=4))
    is_printed: bool = draw(st.booleans())
    if is_printed:
        lines += draw(_printed(schema))
    return Pair(schema, tuple(line for line in lines if line.strip()))


@st.composite
def _printed(draw: st.DrawFn, schema: JsonSchema) -> list[str]:
    """Values of a few leaves, as somebody might print them."""
    # only scalars: hypothesis-jsonschema's objects do not work with this hypothesis
    scalars = [
        leaf.json_schema
        for _, leaf in leaves(shape_of(schema))
        if leaf.json_schema.get("type") in ["string", "integer", "number"]
    ]
    try:
        return [str(draw(from_schema(scalar))) for scalar in scalars[:3]]
    except (InvalidArgument, Unsatisfiable, re.error):
        return []
