"""The routes of jobs: look, wait, fetch the record, cancel, replay, delete, list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from celery import Celery
from litestar import Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.flat import FlatRecord
from vouch.schemas.job import JobList, JobStatus, JobView
from vouch.schemas.record import Record
from vouch.schemas.tenant import Caller
from vouch.service import exporting
from vouch.service.access import REFUSALS, requires
from vouch.service.openapi import also_answering
from vouch.service.problems import described, refused_with
from vouch.service.publishing import publish_all
from vouch.service.settings import ServiceSettings
from vouch.service.submission import JOB_ID
from vouch.service.views import as_json, list_of, location
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.listing import Wanted, listed

JobId = Annotated[str, Parameter(description="The id that `POST /v1/jobs` gave.")]
Since = Annotated[
    str | None,
    Parameter(description="Not created before this.", schema_extra={"format": "date-time"}),
]
Wait = Annotated[float, Parameter(ge=0, description="Seconds to wait for the end.")]


@get(
    "/v1/jobs/{job_id:str}",
    before_request=requires("read"),
    tags=["jobs"],
    summary="Look at a job",
    responses={
        200: described(JobView, "The job, with its record once it is done"),
        **refused_with(*REFUSALS, "job_not_found", "invalid_request"),
    },
)
async def look(
    job_id: JobId,
    request: Request[Caller, str, State],
    jobs: NamedDependency[JobStore],
    wait: Wait = 0,
) -> Response[bytes]:
    """How far a job is; with `wait`, answers as soon as it has ended or the time is over."""
    # more than one dependency, and Litestar starts a task for each: a third of a poll's time
    if not wait:
        return as_json(await jobs.view(job_id, request.user.tenant.name))
    return as_json(await _waited(request, jobs, job_id, wait))


@get(
    "/v1/jobs/{job_id:str}/record",
    before_request=requires("read"),
    operation_class=also_answering(*exporting.OTHER_TYPES),
    tags=["jobs"],
    summary="Fetch a job's record",
    responses={
        200: described(
            Record | FlatRecord, "The record; in another format, what that holds of it"
        ),
        **refused_with(
            *REFUSALS, "job_not_found", "record_not_ready", "page_not_found", "field_not_found",
            "invalid_request",
        ),
    },
)  # fmt: skip
async def fetch_record(
    job_id: JobId,
    request: Request[Caller, str, State],
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    form: exporting.FormatAsked = None,
    table: exporting.TableAsked = None,
    wait: Wait = 0,
) -> Response[bytes]:
    """The record alone, or in a format of other programs; with `wait`, as soon as there is one."""
    tenant = request.user.tenant.name
    if wait:
        await _waited(request, jobs, job_id, wait)
    record = await jobs.record(job_id, tenant)
    if form is None:
        return as_json(record)
    job = await jobs.get(job_id, tenant)
    return await exporting.answered(form, record, blobs, job, table)


@get(
    "/v1/jobs",
    before_request=requires("read"),
    tags=["jobs"],
    summary="List jobs",
    responses={
        200: described(JobList, "Newest first, without records and places in line"),
        **refused_with(*REFUSALS, "invalid_request"),
    },
)
async def list_jobs(
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    status: Annotated[JobStatus | None, Parameter(description="As it is now.")] = None,
    schema: Annotated[str | None, Parameter(description="Its name, without a version.")] = None,
    batch: Annotated[str | None, Parameter(pattern=JOB_ID, description="A batch's id.")] = None,
    since: Since = None,
    cursor: Annotated[
        str | None, Parameter(pattern=JOB_ID, description="Of the list before this one.")
    ] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Response[bytes]:
    """Your jobs. While there is a `cursor` there can be more, even after an empty list."""
    wanted = Wanted(status, schema, batch, None if since is None else _moment(since))
    found, onward = await listed(jobs.redis, caller.tenant.name, wanted, cursor, limit)
    return list_of(found, onward)


@post(
    "/v1/jobs/{job_id:str}/cancel",
    status_code=200,
    before_request=requires("submit"),
    tags=["jobs"],
    summary="Cancel a job",
    responses={
        200: described(JobView, "The job, cancelled"),
        **refused_with(*REFUSALS, "job_not_found", "job_finished"),
    },
)
async def cancel(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    queues: NamedDependency[Celery],
) -> Response[bytes]:
    """End a job that nobody needs any more; who works on it stops at the next checkpoint."""
    await publish_all(queues, await jobs.cancel(job_id, caller.tenant.name))
    return as_json(await jobs.view(job_id, caller.tenant.name))


@post(
    "/v1/jobs/{job_id:str}/replay",
    status_code=202,
    before_request=requires("submit"),
    tags=["jobs"],
    summary="Try a job again",
    responses={
        202: described(JobView, "The job, queued again"),
        **refused_with(*REFUSALS, "job_not_found", "not_replayable"),
    },
)
async def replay(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    queues: NamedDependency[Celery],
) -> Response[bytes]:
    """Try again what has failed or was quarantined, from the leg that it failed on."""
    await publish_all(queues, await jobs.replay(job_id, caller.tenant.name))
    return as_json(await jobs.view(job_id, caller.tenant.name), 202, location(job_id))


@delete(
    "/v1/jobs/{job_id:str}",
    before_request=requires("submit"),
    tags=["jobs"],
    summary="Cancel and purge a job",
    responses=refused_with(*REFUSALS, "job_not_found"),
)
async def remove(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    queues: NamedDependency[Celery],
) -> None:
    """Forget the job, its record, its document, its pages, and what became of its webhooks."""
    tickets = await jobs.delete(job_id, caller.tenant.name)
    await publish_all(queues, tickets)
    await blobs.purge_async(job_id)


ROUTES: Sequence[HTTPRouteHandler] = (look, fetch_record, list_jobs, cancel, replay, remove)


async def _waited(
    request: Request[Caller, str, State], jobs: JobStore, job_id: str, seconds: float
) -> bytes:
    """The job's view once it has ended, or after as long as this service lets anybody wait."""
    settings: ServiceSettings = request.app.state.settings
    most = min(seconds, settings.max_wait_seconds)
    return await jobs.wait(job_id, request.user.tenant.name, most)


def _moment(text: str) -> datetime:
    """A time of RFC 3339. InvalidRequest."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest("`since` is not of the form 2026-11-23T12:00:00Z") from None
    if moment.tzinfo is None:
        raise InvalidRequest("`since` lacks its offset from UTC, e.g. Z")
    return moment
