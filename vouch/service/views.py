"""What callers see of jobs, as the JSON that they get."""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Response
from litestar.enums import MediaType

from vouch.schemas.job import Job

_UNSEEN: Any = {
    "tenant": True,
    "leg": True,
    "failures": True,
    "upload": True,
    "callback_url": True,
    "request_id": True,
    "traceparent": True,
    "retention_seconds": True,
    "idempotency_key": True,
    "reuse_key": True,
    "hand_overs": True,
    "options": {"json_schema"},  # can be large, and is the caller's own
}


def view_of(job: Job) -> dict[str, Any]:
    """A job without its record and its place in line."""
    unknown = {"position": None, "eta_seconds": None, "record": None}
    return job.model_dump(mode="json", exclude=_UNSEEN) | unknown


def list_of(jobs: Iterable[Job], cursor: str | None) -> Response[bytes]:
    """Some jobs, and where the list goes on."""
    return as_json(msgspec.json.encode({"jobs": [view_of(job) for job in jobs], "cursor": cursor}))


def as_json(
    body: bytes, status_code: int | None = None, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """A body that is JSON already."""
    return Response(body, status_code=status_code, headers=headers, media_type=MediaType.JSON)


def location(job_id: str) -> dict[str, str]:
    """The header that leads to a job."""
    return {"Location": f"/v1/jobs/{job_id}"}
