"""Policies and calibrations as data: what decides, by schema name.

`<schema>.policy.json` says what must be right; `<schema>.calibration.json` holds the fitted scoring
models, written by `vouch calibrate` and never by hand. Schemas without their own have `default.*`:
an uncalibrated prior, whose confidences are an order of what to look at rather than frequencies.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from vouch.schemas.builtin import BUILTIN, builtin_schema
from vouch.schemas.policy import Calibration, Policy
from vouch.schemas.record import Engine
from vouch.schemas.shape import leaves, needed
from vouch.schemas.wanted import WantedSchema


@dataclass(frozen=True, slots=True)
class Judgement:
    """What decides about documents of one schema, and the digests of its exact form."""

    policy: Policy
    calibration: Calibration
    policy_identity: Engine
    calibration_identity: Engine


@cache
def judgement(schema_name: str) -> Judgement:
    """The released policy and calibration of a built-in schema, or "default"."""
    policy_text = _text(f"{schema_name}.policy.json")
    calibration_text = _text(f"{schema_name}.calibration.json")
    policy = Policy.model_validate_json(policy_text)
    calibration = Calibration.model_validate_json(calibration_text)
    return Judgement(
        policy=policy,
        calibration=calibration,
        policy_identity=Engine(name=policy.name, digest=_digest(policy_text)),
        calibration_identity=Engine(
            name=f"{calibration.name}-{calibration.version}", digest=_digest(calibration_text)
        ),
    )


def judgement_for(schema: WantedSchema) -> Judgement:
    """What decides under any schema: its released judgement, or the default.

    By default the leaves that the schema insists on decide; where it insists on none, all do.
    """
    if schema.name in BUILTIN and schema == builtin_schema(schema.name):
        return judgement(schema.name)
    default = judgement("default")
    decisive = needed(schema.shape) or tuple(pointer for pointer, _ in leaves(schema.shape))
    policy = default.policy.model_copy(update={"decisive": decisive})
    identity = Engine(name=policy.name, digest=_digest(policy.model_dump_json()))
    return replace(default, policy=policy, policy_identity=identity)


def _text(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
