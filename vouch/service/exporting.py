"""A job's record in the formats of other programs."""

import asyncio
from typing import Annotated

from litestar import Response
from litestar.params import Parameter, QueryParameter

from vouch.exports.formats import MEDIA_TYPES, WORDY, Format, exported
from vouch.schemas.errors import PageNotFound
from vouch.schemas.job import Job
from vouch.schemas.partial import PagePart
from vouch.schemas.record import Record
from vouch.storage.blobs import BlobStore
from vouch.storage.keys import part_key

OTHER_TYPES = tuple(sorted(set(MEDIA_TYPES.values()) - {"application/json"}))
FormatAsked = Annotated[
    Format | None,
    QueryParameter(
        name="format", description="Instead of the record itself; `flat` and `alto` are JSON."
    ),
]
TableAsked = Annotated[
    # beside None the outer bound is enforced, the inner one documented
    Annotated[int, Parameter(ge=0)] | None,
    QueryParameter(ge=0, description="Which table, from 0, as CSV; without it pairs, or fields."),
]


async def answered(
    form: Format,
    record: bytes,
    blobs: BlobStore,
    job: Job,
    table: int | None,
) -> Response[bytes]:
    """The record in a format. PageNotFound where a page's words are not kept any more."""
    whole = Record.model_validate_json(record)
    numbers = [page.number for page in whole.pages] if form in WORDY else []
    pages = [await _part(blobs, job.id, number) for number in numbers]
    # a long document takes a second, and the others have work to do
    text = await asyncio.to_thread(exported, form, whole, pages, table, job.options.json_schema)
    return Response(text.encode(), media_type=MEDIA_TYPES[form])


async def _part(blobs: BlobStore, job_id: str, number: int) -> PagePart:
    content = await blobs.get_async(part_key(job_id, number))
    if content is None:
        raise PageNotFound("the document has no such page, or its words are not kept any more")
    return PagePart.model_validate_json(content)
