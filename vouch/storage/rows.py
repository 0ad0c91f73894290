"""How a job lies in Redis: its wish, which never changes, and a hash of what does.

The wish is three lines of JSON: what callers see of it, the rest, and a schema of their own. Apart
from it, the hash of a waiting job has only short fields, which Redis packs: a fifth of the memory.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vouch.schemas.job import Job, JobError, Leg, Priority

RANK: dict[Priority, str] = {"high": "0", "normal": "1", "low": "2"}
"""Place of a priority in the line."""
_HAND_OVER = "hand_over:"
_VIEW = ("id", "options", "priority", "filename", "batch", "retry_of", "created_at")
"""What callers see of a wish, kept as the JSON that they get."""
_REST = (
    "upload", "callback_url", "request_id", "traceparent", "retention_seconds", "idempotency_key",
    "reuse_key", "batch",
)  # fmt: skip
_CHANGING = ("status", "leg", "stage", "progress", "pages", "pages_read", "attempt", "failures")
_SEEN = (
    "tenant", "status", "leg", "view", "stage", "progress", "attempt", "updated", "error",
    "pages", "pages_read", "retried_by", "position", "eta", "record",
)  # fmt: skip
"""What the script `view` gives, in its order; "" and None are nothing."""


def to_row(job: Job) -> tuple[str, dict[str, str]]:
    """A new job's wish and the fields of its hash; what is None is left out."""
    plain = job.model_dump(mode="json")
    schema = plain["options"].pop("json_schema")
    view = {name: plain[name] for name in _VIEW}
    rest = {name: plain[name] for name in _REST if plain[name] is not None}
    row = {name: str(plain[name]) for name in _CHANGING if plain[name] is not None}
    if job.callback_url:
        row["calls"] = "1"
    wish = "\n".join(_json(part) for part in (view, rest, schema))
    return wish, row | {f"{_HAND_OVER}{leg}": key for leg, key in job.hand_overs.items()}


def from_row(wish: str, row: Mapping[str, str]) -> Job:
    """The job that `to_row` wrote and the scripts have changed since."""
    view, rest, schema = (json.loads(line) for line in wish.split("\n"))
    plain: dict[str, Any] = view | rest
    plain["options"]["json_schema"] = schema
    plain |= {name: row[name] for name in _CHANGING if row.get(name)}
    if row.get("error"):
        plain["error"] = json.loads(row["error"])
    return Job.model_validate(
        plain
        | {
            "tenant": row["tenant"],
            "updated_at": moment(row["updated"]),
            "retried_by": row.get("retried_by"),
            "hand_overs": hand_overs(row),
        }
    )


def view_json(fields: Sequence[str]) -> bytes:
    """What the script `view` gives, as the JSON of a JobView: the fast way of a poll."""
    seen = dict(zip(_SEEN, fields, strict=True))
    parts = (
        seen["view"][1:-1],
        f'"status":"{seen["status"]}"',
        f'"stage":{_text(seen["stage"])}',
        f'"progress":{seen["progress"]}',
        f'"attempt":{seen["attempt"]}',
        f'"pages":{seen["pages"] or "null"}',
        f'"pages_read":{seen["pages_read"] or 0}',
        f'"position":{seen["position"] or "null"}',
        f'"eta_seconds":{seen["eta"] or "null"}',
        f'"retried_by":{_text(seen["retried_by"])}',
        f'"updated_at":"{moment(seen["updated"]).isoformat()}"',
        f'"error":{seen["error"] or "null"}',
        f'"record":{seen["record"] or "null"}',
    )
    return f"{{{','.join(parts)}}}".encode()


def hand_overs(row: Mapping[str, str]) -> dict[Leg, str]:
    """Where each finished leg has put what it found."""
    return {
        name.removeprefix(_HAND_OVER): key  # type: ignore[misc]  # legs are what workers write
        for name, key in row.items()
        if name.startswith(_HAND_OVER)
    }


def error_json(error: JobError) -> str:
    """Why a job failed, as it lies in Redis."""
    return error.model_dump_json()


def moment(milliseconds: str) -> datetime:
    """Redis's clock as ours."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _json(plain: object) -> str:
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def _text(value: str) -> str:
    return f'"{value}"' if value else "null"
