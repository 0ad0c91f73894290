"""The route that finds jobs whose pictures look alike."""

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vouch.schemas.similar import SimilarJob, SimilarJobs
from vouch.schemas.tenant import Caller
from vouch.service.access import REFUSALS, requires
from vouch.service.jobs import JobId
from vouch.service.problems import described, refused_with
from vouch.service.views import as_json
from vouch.storage.jobs import JobStore
from vouch.storage.likeness import most_alike
from vouch.storage.listing import jobs_of


@get(
    "/v1/jobs/{job_id:str}/similar",
    before_request=requires("read"),
    tags=["jobs"],
    summary="Find similar jobs",
    responses={
        200: described(SimilarJobs, "Your jobs whose pictures look most like this one's"),
        **refused_with(
            *REFUSALS, "job_not_found", "record_not_ready", "not_comparable", "invalid_request"
        ),
    },
)
async def similar(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    limit: Annotated[int, Parameter(ge=1, le=100)] = 10,
) -> Response[bytes]:
    """Your own jobs by the look of their first pages, where a picture model is configured."""
    tenant = caller.tenant.name
    found, compared = await most_alike(jobs.redis, tenant, job_id, limit)
    known = {
        job.id: job for job in await jobs_of(jobs.redis, tenant, [one.job_id for one in found])
    }
    alike = SimilarJobs(
        jobs=tuple(
            SimilarJob(
                id=one.job_id,
                similarity=one.similarity,
                schema_name=known[one.job_id].options.schema_name,
                filename=known[one.job_id].filename,
                created_at=known[one.job_id].created_at,
            )
            for one in found
            if one.job_id in known  # else it has gone meanwhile
        ),
        compared=compared,
    )
    return as_json(alike.model_dump_json().encode())


ROUTES: Sequence[HTTPRouteHandler] = (similar,)
