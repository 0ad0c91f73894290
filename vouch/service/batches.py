"""The routes of batches: many documents with one wish."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vouch.schemas.batch import BatchFile, BatchTaken, BatchView
from vouch.schemas.errors import InvalidRequest, QueueTooLong, VouchError
from vouch.schemas.filenames import safe_filename
from vouch.schemas.job import TERMINAL, Job
from vouch.schemas.tenant import Caller
from vouch.service.access import REFUSALS, requires
from vouch.service.intake import Intake, body_digest
from vouch.service.jobs import Wait
from vouch.service.openapi import form_of, taking
from vouch.service.problems import described, refused_with
from vouch.service.settings import ServiceSettings
from vouch.service.submission import FORM, Wish, media_type, original, sent_form
from vouch.service.submitting import REFUSALS_OF_WISHES, IdempotencyKey
from vouch.service.traced import traced
from vouch.service.views import as_json, view_of
from vouch.storage.jobs import JobStore
from vouch.storage.keys import idempotency_key as stored_under
from vouch.storage.keys import new_job_id
from vouch.storage.listing import batch_ids, jobs_of

BatchId = Annotated[str, Parameter(description="The id that `POST /v1/batches` gave.")]
MOST_BYTES = 200_000_000
"""Of all files of a batch together."""
_BURST_SECONDS = 0.1


@post(
    "/v1/batches",
    status_code=202,
    before_request=requires("submit"),
    middleware=[traced],
    operation_class=taking({FORM: form_of(Wish, "file", many=True)}),
    request_max_body_size=MOST_BYTES,
    tags=["batches"],
    summary="Submit many documents",
    responses={
        202: described(BatchTaken, "What became of each file: its job, or why it was refused"),
        **refused_with(*REFUSALS_OF_WISHES),
    },
)
async def submit_batch(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    intake: NamedDependency[Intake],
    idempotency_key: IdempotencyKey = None,
) -> Response[bytes]:
    """Take many pictures or PDFs in, parts `file` of one form, and queue a job for each.

    Files that are refused do not keep the others from being taken. When all are, the answer is
    the first one's problem.
    """
    media_type(request, FORM)
    wish, files = await sent_form(request, Wish)
    most = intake.settings.max_batch_files
    if not 1 <= len(files) <= most:
        raise InvalidRequest(f"send 1 to {most} parts `file`")
    job = await intake.draft(caller, wish)
    drafts, digest = _drafts(job, idempotency_key, len(files)), ""
    if idempotency_key is not None:
        digest = await _digest(wish, files, intake.settings.max_upload_bytes)
        await _insist_on_one_request(intake.jobs, drafts, digest)
    taken, refusals = [], []
    for one, part in zip(drafts, files, strict=True):
        try:
            taken.append(await _taken(intake, caller, one, part, digest))
        except VouchError as error:
            refusals.append(error)
            taken.append(_refused(part, error))
    if len(refusals) == len(files):
        raise refusals[0]
    batch = BatchTaken(id=drafts[0].batch or "", files=tuple(taken))
    headers = {"Location": f"/v1/batches/{batch.id}"}
    return as_json(batch.model_dump_json().encode(), 202, headers)


@get(
    "/v1/batches/{batch_id:str}",
    before_request=requires("read"),
    tags=["batches"],
    summary="Look at a batch",
    responses={
        200: described(BatchView, "Its jobs"),
        **refused_with(*REFUSALS, "job_not_found", "invalid_request"),
    },
)
async def look_at_batch(
    batch_id: BatchId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    settings: NamedDependency[ServiceSettings],
    wait: Wait = 0,
) -> Response[bytes]:
    """How far a batch is; with `wait`, answers as soon as all its jobs have ended."""
    ids = await batch_ids(jobs.redis, caller.tenant.name, batch_id)
    members = await _ended(jobs, caller.tenant.name, ids, min(wait, settings.max_wait_seconds))
    view = {
        "id": batch_id,
        "counts": Counter(job.status for job in members),
        "jobs": [view_of(job) for job in members],
    }
    return as_json(msgspec.json.encode(view))


ROUTES: Sequence[HTTPRouteHandler] = (submit_batch, look_at_batch)


def _drafts(job: Job, key: str | None, count: int) -> list[Job]:
    """A job for each file. A key leads to the same batch and the same jobs again."""
    if key is None:
        batch = new_job_id()
        return [job.model_copy(update={"id": new_job_id(), "batch": batch}) for _ in range(count)]
    # a caller's own keys hold no space, so that a batch never meets the key of a job
    batch = hashlib.sha256(f"{job.tenant} {key}".encode()).hexdigest()[:32]
    return [
        job.model_copy(
            update={
                "id": new_job_id(),
                "batch": batch,
                "idempotency_key": stored_under(job.tenant, f"{key} {at}"),
            }
        )
        for at in range(count)
    ]


async def _digest(wish: Wish, files: Sequence[UploadFile], most_bytes: int) -> str:
    """Of the whole batch: with another file, none of its files is the same request."""
    digest = hashlib.sha256()
    for part in files:
        content = await part.read(most_bytes + 1)
        await part.seek(0)
        digest.update(hashlib.sha256(content).digest())
    return body_digest(wish, digest.hexdigest())


async def _insist_on_one_request(jobs: JobStore, drafts: Sequence[Job], digest: str) -> None:
    """IdempotencyConflict when any of the keys stands for another batch: before a file is taken."""
    for draft in drafts:
        with suppress(QueueTooLong):  # told of each file, when its turn comes
            await jobs.check(draft, body_digest=digest)


async def _taken(
    intake: Intake, caller: Caller, job: Job, part: UploadFile, digest: str
) -> BatchFile:
    """The file with its job. Whatever `Intake.keep` raises; EmptyUpload, TooManyBytes."""
    found = await intake.jobs.check(job, caller.tenant.terms, digest)
    if found is None:
        document = await original(part, intake.settings.max_upload_bytes)
        found = (await intake.keep(job, document, caller.tenant.terms, digest)).job_id
    return BatchFile(filename=safe_filename(part.filename), job=found)


def _refused(part: UploadFile, error: VouchError) -> BatchFile:
    return BatchFile(
        filename=safe_filename(part.filename),
        code=error.code,
        detail=str(error),
        retry_after=error.retry_after,
    )


async def _ended(
    jobs: JobStore, tenant: str, ids: Sequence[str], seconds: float
) -> tuple[Job, ...]:
    """The jobs when all of them have ended, or as they are after so many seconds."""
    deadline = asyncio.get_running_loop().time() + seconds
    with jobs.watching(*ids) as changed:
        while True:
            changed.clear()
            members = await jobs_of(jobs.redis, tenant, ids)
            if jobs.is_letting_go or all(job.status in TERMINAL for job in members):
                return members
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
                    await asyncio.sleep(_BURST_SECONDS)  # many jobs change many times
            except TimeoutError:
                return members
