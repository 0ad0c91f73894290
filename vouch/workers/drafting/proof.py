"""Checking an answer against the schema, for writers whom no grammar of ours held to it."""

import json
from collections.abc import Iterator

import jsonschema
from pydantic import JsonValue

from vouch.schemas.draft import Draft, Pointer
from vouch.schemas.errors import InvalidDraft
from vouch.schemas.shape import JsonSchema, LeafShape, ListShape, ObjectShape, Shape, escaped


def proved(draft: Draft, answer: str, shape: Shape) -> Draft:
    """The draft that was unwrapped from the answer, without values that their leaf does not allow.

    InvalidDraft where such a leaf must have a value, or a list has too few or too many members.
    """
    wrong = set(_wrong(json.loads(answer), shape, "", required=not shape.nullable))
    kept = {
        pointer: candidates
        for pointer, candidates in draft.candidates.items()
        if pointer not in wrong
    }
    return draft.model_copy(update={"candidates": kept})


def allows(json_schema: JsonSchema, value: JsonValue) -> bool:
    """Whether a value is valid, formats included."""
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(json_schema, format_checker=formats).is_valid(value)


def _wrong(node: JsonValue, shape: Shape, at: Pointer, *, required: bool) -> Iterator[Pointer]:
    match node, shape:
        case {"value": value}, LeafShape() if not allows(shape.json_schema, value):
            if required:
                raise InvalidDraft(f"the model's answer breaks the schema at {at or '/'}")
            yield at
        case list(), ListShape(member=member):
            if len(node) < shape.least or (shape.most is not None and len(node) > shape.most):
                raise InvalidDraft(
                    f"the model's answer has a list of a wrong length at {at or '/'}"
                )
            for index, each in enumerate(node):
                yield from _wrong(each, member, f"{at}/{index}", required=not member.nullable)
        case dict(), ObjectShape():
            for child in shape.properties:
                needed = child.required and not child.shape.nullable
                below = f"{at}/{escaped(child.name)}"
                yield from _wrong(node.get(child.name), child.shape, below, required=needed)
