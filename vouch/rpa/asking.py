"""What robots and agents ask of a running service: hand a picture in, wait, take the answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vouch.client import Client
from vouch.schemas.draft import Pointer
from vouch.schemas.errors import InvalidRequest
from vouch.schemas.job import Options
from vouch.schemas.leaves import PixelBox, PixelPoint
from vouch.schemas.record import Outcome, Record
from vouch.schemas.ui import Role
from vouch.schemas.value import Value


class Target(Value):
    """An element that was sought, and whether one may act on it without asking a person."""

    found: bool
    accepted: bool
    """Whether Vouch vouches for the place: a robot clicks nothing else."""
    confidence: float | None
    """Calibrated probability that the place is right; None where there is none."""
    role: Role | None = None
    label: str | None = None
    bbox: PixelBox | None = None
    click_point: PixelPoint | None = None


class Reply(Value):
    """An answer to a question about a picture; null where the picture does not say."""

    answer: str | None
    accepted: bool
    confidence: float | None
    outcome: Outcome
    hints: tuple[str, ...]
    """What a person can do about what is not accepted."""


def submitted(client: Client, picture: Path, options: Options) -> str:
    """The id of a job for a file. InvalidRequest when there is no such file."""
    if not picture.is_file():
        raise InvalidRequest("there is no such file")
    return client.submit(picture.read_bytes(), picture.name, options)


def target_of(record: Record) -> Target:
    """The element that a record of the schema `location` tells of."""
    place = record.fields["/element/click_point"]
    found = record.data["found"] is True and place.value is not None
    return Target(
        found=found,
        accepted=found and place.accepted and record.decision.outcome == "accept",
        confidence=place.confidence,
        **(record.data["element"] if found else {}),
    )


def reply_of(record: Record) -> Reply:
    """The answer that a record of the schema `answer` holds."""
    field = record.fields["/answer"]
    return Reply(
        answer=record.data["answer"],
        accepted=field.accepted,
        confidence=field.confidence,
        outcome=record.decision.outcome,
        hints=tuple(reason.hint for reason in record.decision.reasons),
    )


def plain(record: Record) -> dict[str, Any]:
    """The record as dictionaries and lists, as its JSON is."""
    written: dict[str, Any] = record.model_dump(mode="json")
    return written


def unaccepted(record: Record, pointers: Sequence[Pointer]) -> tuple[str, ...]:
    """Why a record may not be acted upon, one sentence each; nothing when it may.

    With pointers only these fields count, else the whole decision.
    """
    if pointers:
        return tuple(
            f"{pointer} is not accepted"
            for pointer in pointers
            if pointer not in record.fields or not record.fields[pointer].accepted
        )
    if record.decision.outcome == "accept":
        return ()
    hints = tuple(reason.hint for reason in record.decision.reasons)
    return (f"the decision is {record.decision.outcome}", *hints)
