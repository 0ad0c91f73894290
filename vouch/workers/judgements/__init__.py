"""Policies and calibrations as data: what decides, by schema name.

`<schema>.policy.json` says what must be right; `<schema>.calibration.json` holds the fitted scoring
models for what the rules reader says, `<schema>.vlm.calibration.json` those for the VLM reader;
`make calibrate` writes them, never a hand. What has no file of its own goes by `default.*`: an
uncalibrated prior, whose confidences are an order of what to look at rather than frequencies. Its
ceiling lies below the default target: nothing is accepted on the word of a reader nobody measured.
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
from vouch.workers.stages.score import Calibrations


@dataclass(frozen=True, slots=True)
class Judgement:
    """What decides about documents of one schema, and the digests of its exact form."""

    policy: Policy
    calibration: Calibration
    """Of the rules reader."""
    vlm_calibration: Calibration
    policy_identity: Engine
    calibration_identity: Engine
    vlm_calibration_identity: Engine

    @property
    def calibrations(self) -> Calibrations:
        return Calibrations(self.calibration, self.vlm_calibration)

    @property
    def knows_vlm(self) -> bool:
        """Whether anybody measured how often the VLM reader is right under this schema."""
        return self.vlm_calibration != judgement("default").vlm_calibration

    def calibration_of(self, *, with_vlm: bool) -> Engine:
        """What gave the confidences, for a record's provenance."""
        rules, vlm = self.calibration_identity, self.vlm_calibration_identity
        if not with_vlm or rules == vlm:
            return rules
        return Engine(name=f"{rules.name}+{vlm.name}", digest=_digest(rules.digest + vlm.digest))


@cache
def judgement(schema_name: str) -> Judgement:
    """The released policy and calibration of a built-in schema, or "default"."""
    policy_text = _text(f"{schema_name}.policy.json")
    calibration, calibration_identity = _calibration(f"{schema_name}.calibration.json")
    vlm, vlm_identity = _calibration(f"{schema_name}.vlm.calibration.json")
    policy = Policy.model_validate_json(policy_text)
    return Judgement(
        policy=policy,
        calibration=calibration,
        vlm_calibration=vlm,
        policy_identity=Engine(name=policy.name, digest=_digest(policy_text)),
        calibration_identity=calibration_identity,
        vlm_calibration_identity=vlm_identity,
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


def _calibration(name: str) -> tuple[Calibration, Engine]:
    """What was released under this name, or the prior."""
    released = (files(__package__) / name).is_file()
    text = _text(name if released else "default.calibration.json")
    calibration = Calibration.model_validate_json(text)
    name = f"{calibration.name}-{calibration.version}"
    return calibration, Engine(name=name, digest=_digest(text))


def _text(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
