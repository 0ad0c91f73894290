"""The routes of webhooks: a tenant's secret, and what became of the calls of a job."""

from collections.abc import Sequence
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vouch.schemas.errors import InvalidRequest, NotReplayable
from vouch.schemas.job import TERMINAL
from vouch.schemas.tenant import Caller
from vouch.schemas.webhook import Deliveries, WebhookSecret
from vouch.service.access import REFUSALS, requires
from vouch.service.outward.guard import Guard
from vouch.service.problems import described, refused_with
from vouch.storage.calls import CallStore
from vouch.storage.jobs import JobStore
from vouch.storage.webhook_secrets import SecretStore

JobId = Annotated[str, Parameter(description="The id that `POST /v1/jobs` gave.")]
Grace = Annotated[
    float,
    Parameter(
        ge=0, le=30 * 86400, description="Seconds for which the secret before this one signs too."
    ),
]


async def check_callback(url: str, tenant: str, guard: Guard, secrets: SecretStore) -> None:
    """That this tenant's receiver could be told now. AddressRefused, InvalidRequest."""
    await guard.check(url)
    if not await secrets.valid(tenant):
        raise InvalidRequest(
            "callback_url needs a secret to sign with: POST /v1/webhooks/secret:rotate gives one"
        )


@post(
    "/v1/webhooks/secret:rotate",
    status_code=200,
    before_request=requires("admin"),
    tags=["webhooks"],
    summary="Make a new secret",
    responses={
        200: described(WebhookSecret, "The secret, told this once"),
        **refused_with(*REFUSALS, "invalid_request"),
    },
)
async def rotate_secret(
    caller: NamedDependency[Caller],
    secrets: NamedDependency[SecretStore],
    grace_seconds: Grace = 86400,
) -> WebhookSecret:
    """Make a secret that signs your webhooks from now on, the first one or in place of another.

    Until the grace is over, the one before it signs too: receivers that know either verify.
    """
    return await secrets.rotate(caller.tenant.name, grace_seconds)


@get(
    "/v1/jobs/{job_id:str}/deliveries",
    before_request=requires("read"),
    tags=["webhooks"],
    summary="See what became of a job's webhook",
    responses={
        200: described(Deliveries, "Every attempt, oldest first"),
        **refused_with(*REFUSALS, "job_not_found"),
    },
)
async def list_deliveries(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    calls: NamedDependency[CallStore],
) -> Deliveries:
    """When the receiver was told that the job has ended, and what it said."""
    await jobs.get(job_id, caller.tenant.name)
    return await calls.deliveries(job_id)


@post(
    "/v1/jobs/{job_id:str}/deliveries:replay",
    status_code=202,
    before_request=requires("submit"),
    tags=["webhooks"],
    summary="Tell a job's receiver again",
    responses={
        202: described(Deliveries, "Every attempt so far; the next one is due now"),
        **refused_with(*REFUSALS, "job_not_found", "not_replayable"),
    },
)
async def replay_delivery(
    job_id: JobId,
    caller: NamedDependency[Caller],
    jobs: NamedDependency[JobStore],
    calls: NamedDependency[CallStore],
) -> Deliveries:
    """Tell it once more, with the same webhook-id, whether it was told or given up before."""
    job = await jobs.get(job_id, caller.tenant.name)
    if job.callback_url is None:
        raise NotReplayable("the job was submitted without a callback_url")
    if job.status not in TERMINAL:
        raise NotReplayable("the job has not ended: there is nothing to tell yet")
    await calls.schedule(job_id)
    return await calls.deliveries(job_id)


ROUTES: Sequence[HTTPRouteHandler] = (rotate_secret, list_deliveries, replay_delivery)
