"""The routes that show what was read where."""

import re
from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Example
from litestar.params import Parameter

from vouch.drawing.crop import draw_evidence, evidence_page
from vouch.drawing.overlay import draw_overlay
from vouch.schemas.errors import PageNotFound
from vouch.schemas.partial import PagePart
from vouch.schemas.record import Record
from vouch.schemas.tenant import Caller
from vouch.service.access import REFUSALS, requires
from vouch.service.drawing import Drawing
from vouch.service.jobs import JobId
from vouch.service.openapi import also_answering
from vouch.service.problems import described, refused_with
from vouch.service.views import as_json
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore
from vouch.storage.keys import page_key, part_key

_PNG = "image/png"
_REFUSALS = (
    *REFUSALS, "job_not_found", "record_not_ready", "page_not_found", "invalid_request",
    "service_busy",
)  # fmt: skip
_NAME = re.compile(r"([1-9][0-9]{0,5})\.(png|json)")
_EXAMPLES = [Example(value="1.png")]


@get(
    "/v1/jobs/{job_id:str}/pages/{name:str}",
    before_request=requires("read"),
    operation_class=also_answering(_PNG),
    tags=["pictures"],
    summary="See a page",
    media_type=_PNG,
    responses={
        200: described(PagePart, "The page as PNG; as JSON what OCR read on it"),
        **refused_with(*_REFUSALS),
    },
)
async def see_page(
    job_id: JobId,
    name: Annotated[
        str, Parameter(description="The page's number and .png or .json.", examples=_EXAMPLES)
    ],
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    drawing: NamedDependency[Drawing],
    *,
    overlay: Annotated[
        bool, Parameter(description="Draw each value's evidence, and a legend beside the page.")
    ] = False,
) -> Response[bytes]:
    """A page as the person sees it, in the pixels that evidence is given in; or, as soon as it has
    been read, its lines.
    """
    named = _NAME.fullmatch(name)
    if named is None:
        raise PageNotFound("a page is named by its number and .png or .json, e.g. 1.png")
    number = int(named[1])
    if named[2] == "json":
        await jobs.get(job_id, caller.tenant.name)
        return as_json(await _blob(blobs, part_key(job_id, number)))
    if not overlay:
        await jobs.get(job_id, caller.tenant.name)
        return _png(await _blob(blobs, page_key(job_id, number)))
    record = Record.model_validate_json(await jobs.record(job_id, caller.tenant.name))
    with drawing.places.taken(caller.tenant.name):
        picture = await _blob(blobs, page_key(job_id, number))
        return _png(await drawing.drawn(picture, lambda seen: draw_overlay(seen, record, number)))


@get(
    "/v1/jobs/{job_id:str}/evidence.png",
    before_request=requires("read"),
    tags=["pictures"],
    summary="See where a value was read",
    media_type=_PNG,
    responses=refused_with(*_REFUSALS, "field_not_found"),
)
async def evidence_picture(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    blobs: NamedDependency[BlobStore],
    drawing: NamedDependency[Drawing],
    pointer: Annotated[str, Parameter(description="A field of the record, e.g. /total.")],
) -> Response[bytes]:
    """The piece of the page that holds the evidence of one field."""
    record = Record.model_validate_json(await jobs.record(job_id, caller.tenant.name))
    number = evidence_page(record, pointer)
    field = record.fields[pointer]
    with drawing.places.taken(caller.tenant.name):
        picture = await _blob(blobs, page_key(job_id, number))
        return _png(await drawing.drawn(picture, lambda seen: draw_evidence(seen, field, pointer)))


ROUTES: Sequence[HTTPRouteHandler] = (see_page, evidence_picture)


async def _blob(blobs: BlobStore, key: str) -> bytes:
    content = await blobs.get_async(key)
    if content is None:
        raise PageNotFound("the document has no such page, or it has not been read yet")
    return content


def _png(picture: bytes) -> Response[bytes]:
    return Response(picture, media_type=_PNG)
