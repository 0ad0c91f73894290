"""What a policy's target buys: how many documents each accepts, and how many of these are wrong."""

from collections.abc import Iterator, Sequence

from vouch.evals.scoreboard import Judged
from vouch.schemas.draft import Pointer
from vouch.schemas.record import Field
from vouch.schemas.value import Value
from vouch.workers.stages.decide import TRUSTED

TARGETS = tuple(round(0.9 + step / 200, 3) for step in range(20))


class AtTarget(Value):
    """Documents of which every decisive value reaches a target."""

    target: float
    accepted: int
    wrong: int
    """Of those, the ones with a wrong decisive value."""


def at_targets(judged: Sequence[Judged], decisive: Sequence[Pointer]) -> Iterator[AtTarget]:
    """For each target, whatever the one that the documents were decided at."""
    for target in TARGETS:
        accepted = [one for one in judged if _is_accepted(one, decisive, target)]
        wrong = sum(_is_wrong(one, decisive) for one in accepted)
        yield AtTarget(target=target, accepted=len(accepted), wrong=wrong)


def _is_accepted(one: Judged, decisive: Sequence[Pointer], target: float) -> bool:
    fields = one.record.fields if one.record else {}
    return all(pointer in fields and _is_sure(fields[pointer], target) for pointer in decisive)


def _is_sure(field: Field, target: float) -> bool:
    return field.status in TRUSTED and bool(field.evidence) and (field.confidence or 0) >= target


def _is_wrong(one: Judged, decisive: Sequence[Pointer]) -> bool:
    return any(verdict.wrong and verdict.pointer in decisive for verdict in one.verdicts)
