"""The route that takes a document in."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter

from vouch.schemas.errors import InvalidRequest
from vouch.schemas.job import JobView
from vouch.schemas.tenant import Caller
from vouch.service.access import REFUSALS, requires
from vouch.service.intake import Intake, body_digest
from vouch.service.openapi import form_of, json_of, taking
from vouch.service.problems import described, refused_with
from vouch.service.submission import (
    FORM,
    JSON,
    AnyRequest,
    JobWish,
    LinkedWish,
    Original,
    media_type,
    original,
    sent_form,
    sent_json,
)
from vouch.service.traced import traced
from vouch.service.views import as_json, location

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="Of your choice. Who repeats a request with its key gets the job that the first"
        " one made, for as long as that is kept; such an answer bears Idempotent-Replayed.",
    ),
]
REFUSALS_OF_WISHES = (
    *REFUSALS,
    "empty_upload",
    "too_many_bytes",
    "request_too_slow",
    "unsupported_media_type",
    "invalid_request",
    "unknown_schema",
    "schema_refused",
    "schema_too_large",
    "address_refused",
    "idempotency_conflict",
    "quota_spent",
    "service_busy",
    "queue_too_long",
)


@post(
    "/v1/jobs",
    status_code=202,
    before_request=requires("submit"),
    middleware=[traced],
    operation_class=taking({FORM: form_of(JobWish, "file"), JSON: json_of(LinkedWish)}),
    tags=["jobs"],
    summary="Submit a document",
    responses={
        200: described(JobView, "A job that has read the same document before (`reuse`)"),
        202: described(JobView, "The job, stored; its URL is in Location"),
        **refused_with(*REFUSALS_OF_WISHES, "fetch_failed"),
    },
)
async def submit(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    intake: NamedDependency[Intake],
    idempotency_key: IdempotencyKey = None,
) -> Response[bytes]:
    """Take a picture or PDF in and queue a job for it: a part `file`, or a URL in JSON."""
    wish, sent = await _sent(request, intake.settings.max_upload_bytes)
    terms = caller.tenant.terms
    digest = "" if idempotency_key is None else body_digest(wish, sent)
    job = await intake.draft(caller, wish, idempotency_key)
    earlier = await intake.jobs.check(job, terms, digest)
    if earlier is not None:
        return await _answer(intake, caller, earlier, is_new=False)
    document = await intake.fetched(job.tenant, sent) if isinstance(sent, str) else sent
    if wish.reuse:
        key = await intake.reuse_key(job, document)
        found = key and await intake.jobs.reusable(key, job.tenant)
        if found:
            view = await intake.jobs.view(found, job.tenant)
            return as_json(view, 200, {**location(found), "Vouch-Reused": "true"})
        job = job.model_copy(update={"reuse_key": key})
    kept = await intake.keep(job, document, terms, digest)
    return await _answer(intake, caller, kept.job_id, is_new=kept.is_new)


ROUTES: Sequence[HTTPRouteHandler] = (submit,)


async def _sent(request: AnyRequest, most_bytes: int) -> tuple[JobWish, Original | str]:
    """The wish, and its document or the URL at which that lies."""
    if media_type(request, FORM, JSON) == JSON:
        linked = await sent_json(request)
        return linked, linked.url
    wish, files = await sent_form(request, JobWish)
    if len(files) != 1:
        raise InvalidRequest("send one part `file`; POST /v1/batches takes many")
    return wish, await original(files[0], most_bytes)


async def _answer(intake: Intake, caller: Caller, job_id: str, *, is_new: bool) -> Response[bytes]:
    view = await intake.jobs.view(job_id, caller.tenant.name)
    replayed = {} if is_new else {"Idempotent-Replayed": "true"}
    return as_json(view, 202, {**location(job_id), **replayed})
