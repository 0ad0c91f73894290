"""The routes of a job's life: submit, look, wait, fetch the record, delete."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from celery import Celery
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType, RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, Parameter

from vouch.schemas.errors import StoreUnavailable
from vouch.schemas.job import Job, JobView, Options
from vouch.schemas.record import Record
from vouch.service.linting import Linter
from vouch.service.problems import described, refused_with
from vouch.service.settings import ServiceSettings
from vouch.service.submission import Submission, only_multipart, read_upload
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import new_job_id
from vouch.storage.queues import publish
from vouch.storage.schemas import SchemaStore

JobId = Annotated[str, Parameter(description="The id that `POST /v1/jobs` gave.")]
Wait = Annotated[float, Parameter(ge=0, description="Seconds to wait for the job to finish.")]


@post(
    "/v1/jobs",
    status_code=202,
    guards=[only_multipart],
    tags=["jobs"],
    summary="Submit a document",
    responses={
        202: described(JobView, "The job, queued; its URL is in Location"),
        **refused_with(
            "empty_upload",
            "too_many_bytes",
            "unsupported_media_type",
            "invalid_request",
            "unknown_schema",
            "schema_refused",
            "schema_too_large",
            "store_unavailable",
            "service_busy",
        ),
    },
)
async def submit(
    data: Annotated[Submission, Body(media_type=RequestEncodingType.MULTI_PART)],
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    queues: NamedDependency[Celery],
    schemas: NamedDependency[SchemaStore],
    linter: NamedDependency[Linter],
    settings: NamedDependency[ServiceSettings],
) -> Response[bytes]:
    """Take a picture or PDF in and queue a job for it."""
    options = await data.options(schemas, linter)
    content = await read_upload(data.file, settings.max_upload_bytes)
    job = await _store(content, options, data.filename(), jobs, blobs)
    try:
        # Celery's client blocks; a thread of the pool takes about a millisecond
        await asyncio.to_thread(publish, queues, "depict", job.id, job.attempt)
    except StoreUnavailable:
        await jobs.delete(job.id)
        raise
    headers = {"Location": f"/v1/jobs/{job.id}"}
    return Response(_body(job), status_code=202, headers=headers, media_type=MediaType.JSON)


@get(
    "/v1/jobs/{job_id:str}",
    tags=["jobs"],
    summary="Look at a job",
    responses={
        200: described(JobView, "The job, with its record once it is done"),
        **refused_with("job_not_found"),
    },
)
async def look(
    job_id: JobId,
    jobs: NamedDependency[JobStore],
    settings: NamedDependency[ServiceSettings],
    wait: Wait = 0,
) -> Response[bytes]:
    """How far a job is; with `wait`, answers as soon as it is finished or the time is over."""
    job = await jobs.wait(job_id, min(wait, settings.max_wait_seconds))
    record = await jobs.record(job_id) if job.status == "succeeded" else None
    return Response(_body(job, record), media_type=MediaType.JSON)


@get(
    "/v1/jobs/{job_id:str}/record",
    tags=["jobs"],
    summary="Fetch a job's record",
    responses={
        200: described(Record, "The record"),
        **refused_with("job_not_found", "record_not_ready"),
    },
)
async def fetch_record(job_id: JobId, jobs: NamedDependency[JobStore]) -> Response[bytes]:
    """The record alone."""
    return Response(await jobs.record(job_id), media_type=MediaType.JSON)


@delete("/v1/jobs/{job_id:str}", tags=["jobs"], summary="Cancel and purge a job")
async def remove(
    job_id: JobId, jobs: NamedDependency[JobStore], blobs: NamedDependency[BlobStore]
) -> None:
    """Forget the job, its record, its upload and its pages."""
    await jobs.delete(job_id)
    await blobs.purge_async(job_id)


ROUTES: Sequence[HTTPRouteHandler] = (submit, look, fetch_record, remove)


async def _store(
    content: bytes, options: Options, filename: str | None, jobs: JobStore, blobs: BlobStore
) -> Job:
    """Keep the upload, then the job: a job that can be found can be worked on."""
    job_id, now = new_job_id(), datetime.now(UTC)
    job = Job(
        id=job_id,
        status="queued",
        options=options,
        filename=filename,
        upload=await blobs.put_content_async(job_id, "upload", content),
        created_at=now,
        updated_at=now,
    )
    await jobs.create(job)
    return job


def _body(job: Job, record: bytes | None = None) -> bytes:
    """A JobView as JSON. The record is JSON already and is put in as it is.

    The caller's own schema is left out: it can be large, and the view is asked for again and again.
    """
    view = job.model_dump(
        mode="json", exclude={"upload": True, "hand_overs": True, "options": {"json_schema": True}}
    )
    return msgspec.json.encode({**view, "record": None if record is None else msgspec.Raw(record)})
