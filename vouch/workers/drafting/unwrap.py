"""From what a model wrote to a draft: the wrapped answer, read under the shape of the schema."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from vouch.grammar.proof import allows
from vouch.schemas.draft import Candidate, Certainty, Draft, Pointer
from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Shape, escaped
from vouch.workers.drafting.cursor import Cursor, Span
from vouch.workers.drafting.generation import Generation, ModelToken
from vouch.workers.drafting.lines import NumberedLines

UNKNOWN_SCORE = 0.5
"""Of a value whose probability the server does not tell."""


def unwrap(generation: Generation, shape: Shape, numbered: NumberedLines) -> Draft:
    """The draft that an answer holds: one candidate with its certainty for each leaf that is there.

    A value that its leaf's schema does not allow counts as not there, if it may be missing: no
    grammar enforces all of JSON Schema. InvalidDraft when it may not, or when the answer is not the
    wrapped schema, as it may be from a server that does not keep to the grammar it was given.
    """
    cursor = Cursor(generation.text)
    written = tuple(_node(cursor, shape, "", null=shape.nullable))
    cursor.finish()
    tokens = _TokenSpans.of(generation)
    return Draft(
        reader="vlm",
        candidates={
            leaf.pointer: (_candidate(leaf, numbered, tokens.certainty(leaf.spans)),)
            for leaf in written
        },
    )


class _Written(NamedTuple):
    """One leaf that is there."""

    pointer: Pointer
    shape: LeafShape
    members: Mapping[str, Any]
    """`lines`, `raw`, and `value` or `correction`."""
    spans: Sequence[Span]
    """Where each of these stands in the answer."""


def _node(cursor: Cursor, shape: Shape, at: Pointer, *, null: bool) -> Iterator[_Written]:
    if null and cursor.took("null"):
        return
    match shape:
        case LeafShape():
            leaf = _leaf(cursor, shape, at)
            if shape.copied or allows(shape.json_schema, leaf.members["value"]):
                yield leaf
            elif not null:
                cursor.fail("a value that the schema allows")
        case ListShape():
            yield from _list(cursor, shape, at)
        case ObjectShape():
            yield from _object(cursor, shape, at)


def _list(cursor: Cursor, shape: ListShape, at: Pointer) -> Iterator[_Written]:
    count = 0
    for index in cursor.indices():
        count = index + 1
        yield from _node(cursor, shape.member, f"{at}/{index}", null=shape.member.nullable)
    if count < shape.least or (shape.most is not None and count > shape.most):
        cursor.fail("a list as long as the schema allows")


def _object(cursor: Cursor, shape: ObjectShape, at: Pointer) -> Iterator[_Written]:
    missing = {child.name: child for child in shape.properties}
    for name in cursor.names():
        if name not in missing:
            cursor.fail("a member of the schema, once")
        child = missing.pop(name)
        null = child.shape.nullable or not child.required
        yield from _node(cursor, child.shape, f"{at}/{escaped(name)}", null=null)
    if any(child.required for child in missing.values()):
        cursor.fail("a required member")


def _leaf(cursor: Cursor, shape: LeafShape, at: Pointer) -> _Written:
    members: dict[str, Any] = {}
    spans: list[Span] = []
    for name in cursor.names():
        members[name], span = cursor.value()
        spans.append(span)
    if not _is_wrapped(members, shape):
        cursor.fail("lines, raw and a value")
    return _Written(at, shape, members, spans)


def _is_wrapped(members: Mapping[str, Any], shape: LeafShape) -> bool:
    """Whether a leaf has the members it should, of the kinds they should be."""
    raw, correction = members.get("raw"), members.get("correction", "")
    lines = members.get("lines")
    if not isinstance(lines, list) or not all(type(number) is int for number in lines):
        return False
    if "raw" not in members or not isinstance(raw, str | None):
        return False
    if not shape.copied:
        return set(members) == {"lines", "raw", "value"}
    is_said = raw is not None or "correction" in members
    return (
        is_said and isinstance(correction, str) and set(members) <= {"lines", "raw", "correction"}
    )


def _candidate(leaf: _Written, numbered: NumberedLines, certainty: Certainty | None) -> Candidate:
    raw = leaf.members["raw"] or ""
    key = (
        "value"
        if not leaf.shape.copied
        else "correction"
        if "correction" in leaf.members
        else "raw"
    )
    value = leaf.members[key]
    is_inferred = not raw or (leaf.shape.copied and value != raw)
    return Candidate(
        value=leaf.shape.written(value),
        raw=raw,
        tokens=numbered.tokens_of(raw, leaf.members["lines"]) if raw else (),
        score=UNKNOWN_SCORE if certainty is None else certainty.probability,
        signals={"inferred": 1.0} if is_inferred else {},
        certainty=certainty,
    )


class _TokenSpans(NamedTuple):
    """The model tokens of an answer by the characters they wrote."""

    tokens: Sequence[ModelToken]
    bytes_before: Sequence[int]
    """Of each character."""
    tells: bool
    """Whether the server tells probabilities at all."""

    @classmethod
    def of(cls, generation: Generation) -> "_TokenSpans":
        widths = (len(char.encode()) for char in generation.text)
        return cls(
            tokens=generation.tokens,
            bytes_before=tuple(accumulate(widths, initial=0)),
            tells=any(token.logprob is not None for token in generation.tokens),
        )

    def certainty(self, spans: Sequence[Span]) -> Certainty | None:
        """How sure the model was of what stands in these spans."""
        if not self.tells:
            return None
        free = {index for span in spans for index in self._within(span)}
        chosen = [self.tokens[i] for i in sorted(free) if self.tokens[i].logprob is not None]
        logprobs = [token.logprob for token in chosen if token.logprob is not None]
        feasible = [token.log_feasible for token in chosen if token.log_feasible is not None]
        return Certainty(
            mean_logprob=sum(logprobs) / len(logprobs) if logprobs else 0.0,
            min_logprob=min(logprobs, default=0.0),
            margin=min((token.margin for token in chosen), default=1.0),
            log_feasible=min(feasible, default=None if chosen else 0.0),
            tokens=len(chosen),
        )

    def _within(self, span: Span) -> range:
        """Indices of the model tokens that wrote any byte of a span."""
        start, end = self.bytes_before[span.start], self.bytes_before[span.end]
        first = bisect_right(self.tokens, start, key=lambda token: token.end)
        last = bisect_left(self.tokens, end, key=lambda token: token.end)
        return range(first, min(last + 1, len(self.tokens)))
