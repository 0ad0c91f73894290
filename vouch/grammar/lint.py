"""What becomes of every keyword of a schema: held to, checked, refused, or of no effect.

The verdicts come from llguidance itself: each leaf is compiled as a grammar, and what it does not
enforce is taken out until it compiles. Then a draft is written under the whole grammar.
"""

from collections.abc import Iterator

from jsonschema import SchemaError

from vouch.grammar.drafts import draft_grammar
from vouch.grammar.limits import LIMITS, Limits, excesses
from vouch.grammar.proof import dialect_of
from vouch.grammar.trial import tried
from vouch.grammar.verdicts import Finding, places_of, verdicts
from vouch.schemas.draft import Pointer
from vouch.schemas.errors import SchemaRefused, SchemaTooLarge
from vouch.schemas.keywords import circle
from vouch.schemas.pointers import pointer_of
from vouch.schemas.shape import JsonSchema, LeafShape, Shape, leaves, shape_of
from vouch.schemas.value import Value

_WHOLE = "whole schema"
_SAMPLE = ("SAMPLE LINE 1.00",)


class Caution(Value):
    """What is allowed, but likely to give wrong values."""

    pointer: Pointer
    """Of the value in the data: "/items/*/price"."""
    reason: str


class Lint(Value):
    """Whether documents can be read into a schema, and why not."""

    accepted: bool
    findings: tuple[Finding, ...]
    """One for each keyword at each place, and for what ails the whole."""
    warnings: tuple[Caution, ...] = ()
    limits: Limits = LIMITS
    compile_seconds: float | None = None
    """Of the whole grammar for a short document; None when it came not so far."""
    too_large: bool = False
    """Whether it was refused for what it costs."""


def lint(schema: JsonSchema) -> Lint:
    """Judge a schema; never raises for what a caller may have put into it."""
    excess = tuple(_whole(f"the schema is too large: {each}") for each in excesses(schema))
    if excess:
        return Lint(accepted=False, findings=excess, too_large=True)
    malformed = tuple(_malformed(schema))
    if malformed:
        return Lint(accepted=False, findings=malformed)
    try:
        return _judged(schema, shape_of(schema))
    except SchemaTooLarge as error:
        return Lint(accepted=False, findings=(_whole(str(error)),), too_large=True)


def require_accepted(schema: JsonSchema) -> None:
    """SchemaTooLarge or SchemaRefused, with the reasons, when a schema is not accepted."""
    found = lint(schema)
    if found.accepted:
        return
    refused = [each for each in found.findings if each.verdict == "refused"]
    told = "; ".join(
        f"{each.keyword} at {each.pointer or '/'}: {each.reason}" for each in refused[:3]
    )
    raise (SchemaTooLarge if found.too_large else SchemaRefused)(told)


def _judged(schema: JsonSchema, shape: Shape) -> Lint:
    count = sum(1 for _ in leaves(shape))
    if count > LIMITS.leaves:
        raise SchemaTooLarge(f"the schema has {count} leaves; {LIMITS.leaves} are allowed")
    findings = tuple(verdicts(schema, shape))
    warnings = tuple(_cautions(shape))
    if any(finding.verdict == "refused" for finding in findings):
        return Lint(accepted=False, findings=findings, warnings=warnings)
    try:
        trial = tried(draft_grammar(shape, _SAMPLE), LIMITS.shortest_draft)
    except SchemaRefused as error:
        return Lint(accepted=False, findings=(*findings, _whole(str(error))), warnings=warnings)
    if not trial.walk.is_complete:
        raise SchemaTooLarge(
            "no draft under this schema could be completed within "
            f"{LIMITS.shortest_draft} bytes and the budget of the grammar"
        )
    return Lint(
        accepted=True,
        findings=findings,
        warnings=warnings,
        compile_seconds=trial.compile_seconds,
    )


def _malformed(schema: JsonSchema) -> Iterator[Finding]:
    """What makes it no JSON Schema at all."""
    dialect = dialect_of(schema)
    try:
        dialect.check_schema(schema)
    except SchemaError as error:
        yield Finding(
            pointer=pointer_of(error.absolute_path),
            keyword=_WHOLE,
            verdict="refused",
            reason=f"no valid JSON Schema: {error.message[:200]}",
        )
        return
    for at in circle(schema)[:1]:
        yield Finding(
            pointer=at,
            keyword="$ref",
            verdict="refused",
            reason="it leads back to itself without going deeper: no value is ever told",
        )


def _cautions(shape: Shape) -> Iterator[Caution]:
    for place in places_of(shape):
        if isinstance(place.shape, LeafShape) and not place.may_be_missing:
            yield Caution(
                pointer=place.pointer,
                reason="it must have a value: where the document has none, a reader is forced to "
                "invent one. Allow null.",
            )
        elif not isinstance(place.shape, LeafShape) and place.shape.least:
            yield Caution(
                pointer=place.pointer,
                reason=f"it must have {place.shape.least} members: where the document has fewer, "
                "a reader is forced to invent the rest.",
            )


def _whole(reason: str) -> Finding:
    return Finding(pointer="", keyword=_WHOLE, verdict="refused", reason=reason)
