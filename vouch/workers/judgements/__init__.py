"""Policies and calibrations as data: what decides, by schema name.

`<schema>.policy.json` says what must be right; `<schema>.calibration.json` holds the fitted scoring
models, written by `vouch calibrate` and never by hand.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vouch.schemas.policy import Calibration, Policy
from vouch.schemas.record import Engine


@dataclass(frozen=True, slots=True)
class Judgement:
    """What decides about documents of one schema, and the digests of its exact form."""

    policy: Policy
    calibration: Calibration
    policy_identity: Engine
    calibration_identity: Engine


@cache
def judgement(schema_name: str) -> Judgement:
    """The released policy and calibration of a built-in schema."""
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


def _text(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
