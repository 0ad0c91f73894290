"""How a job lies in Redis: one hash, whose changing fields a worker can write one by one."""

import json
from collections.abc import Mapping
from typing import Any

from vouch.schemas.job import Job, JobError, Leg

_HAND_OVER = "hand_over:"
_JSON = ("options", "error")


def to_row(job: Job) -> dict[str, str]:
    """A job as fields of a hash; what is None is left out."""
    plain = job.model_dump(mode="json", exclude_none=True, exclude={"hand_overs"})
    row = {name: _to_text(value) for name, value in plain.items()}
    return row | {f"{_HAND_OVER}{leg}": key for leg, key in job.hand_overs.items()}


def from_row(row: Mapping[str, str] | Mapping[bytes | str, bytes | str]) -> Job:
    """The job that `to_row` wrote."""
    plain: dict[str, Any] = {}
    hand_overs: dict[str, str] = {}
    for name, value in ((str(name), str(value)) for name, value in row.items()):
        if name.startswith(_HAND_OVER):
            hand_overs[name.removeprefix(_HAND_OVER)] = value
        else:
            plain[name] = json.loads(value) if name in _JSON else value
    return Job.model_validate(plain | {"hand_overs": hand_overs})


def hand_over_row(leg: Leg, key: str) -> dict[str, str]:
    """The field that says where a leg has put what it found."""
    return {f"{_HAND_OVER}{leg}": key}


def error_row(error: JobError) -> dict[str, str]:
    """The field that says why a job failed."""
    return {"error": error.model_dump_json()}


def _to_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
