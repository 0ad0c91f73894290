"""Whether data is valid: the check after the grammar. It repairs nothing."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from pydantic import JsonValue
from referencing.jsonschema import EMPTY_REGISTRY

from vouch.schemas.draft import Pointer
from vouch.schemas.pointers import pointer_of
from vouch.schemas.shape import JsonSchema

_MOST_KEPT = 256
"""Validators: each may hold a schema of 256 kB, and what was parsed of it."""


def allows(json_schema: JsonSchema, value: JsonValue) -> bool:
    """Whether a value is valid, formats included; what is too deep to be checked is not."""
    try:
        return bool(_validator(json.dumps(json_schema)).is_valid(value))
    except RecursionError:
        return False


def breaches(json_schema: JsonSchema, data: JsonValue) -> tuple[Pointer, ...]:
    """Where data is not valid; empty when all of it is."""
    errors = _validator(json.dumps(json_schema)).iter_errors(data)
    return tuple(sorted({pointer_of(error.absolute_path) for error in errors}))


def dialect_of(json_schema: JsonSchema) -> type[Validator]:
    """The validator of the draft that a schema names; 2020-12 when it names none."""
    return validator_for(json_schema, default=Draft202012Validator)


@lru_cache(maxsize=_MOST_KEPT)
def _validator(text: str) -> Validator:
    json_schema = json.loads(text)
    dialect = dialect_of(json_schema)
    made: type[Validator] = extend(dialect, {"multipleOf": _multiple_of})  # type: ignore[no-untyped-call]
    # with a registry of its own, jsonschema fetches no reference from the network
    return made(json_schema, registry=EMPTY_REGISTRY, format_checker=dialect.FORMAT_CHECKER)


def _multiple_of(_: Validator, step: float, value: Any, __: object) -> Iterator[ValidationError]:  # noqa: ANN401
    """Exactly: in binary fractions, 0.07 is no multiple of 0.01."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and Decimal(str(value)) % Decimal(str(step)):
        yield ValidationError("not a multiple")
