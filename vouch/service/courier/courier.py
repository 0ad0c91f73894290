"""The courier: a task of every service process that makes the calls that are due."""

import asyncio
from typing import Self

import structlog

from vouch.schemas.errors import AddressRefused, BlobSealed, StoreUnavailable
from vouch.schemas.job import TERMINAL, Job
from vouch.schemas.webhook import Delivery, event_of, webhook_id
from vouch.service.courier.attempt import attempted
from vouch.service.courier.lanes import Lanes
from vouch.service.courier.patience import Patience
from vouch.service.outward.calling import Outward
from vouch.service.outward.guard import parsed_url
from vouch.storage.calls import CallStore, Claim
from vouch.storage.ending import cancelled
from vouch.storage.logs import tell_of
from vouch.storage.tracing import NO_TRACER, Attributes, Tracer, of_job
from vouch.storage.webhook_secrets import SecretStore

_AT_ONCE = 64
_MOST_HELD = 4096
_DRAIN_SECONDS = 3.0
_log = structlog.get_logger(__name__)


class Courier:
    """Use as an async context manager: it works from entering to leaving.

    Any number of processes may have one each. A call is made at least once; receivers know an
    event by its webhook-id.
    """

    def __init__(
        self,
        calls: CallStore,
        secrets: SecretStore,
        outward: Outward,
        patience: Patience,
        tracer: Tracer = NO_TRACER,
        look_seconds: float = 1.0,
    ) -> None:
        self._calls = calls
        self._secrets = secrets
        self._outward = outward
        self._patience = patience
        self._tracer = tracer
        self._look_seconds = look_seconds
        self._lanes = Lanes()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, Claim] = {}
        """Calls that we hold and have not begun, with the newest token of each."""
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._work = asyncio.create_task(self._for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        """What has been begun gets a moment to end; the rest is left to other couriers, now."""
        if self._work:
            await cancelled([self._work])
        waiting = list(self._waiting.values())
        await cancelled([self._tasks[claim.job_id] for claim in waiting])
        try:
            for claim in waiting:
                await self._calls.settle(claim, again_in=0)
        except StoreUnavailable:
            _log.warning("webhooks_not_handed_back", calls=len(waiting))
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=_DRAIN_SECONDS)
            await cancelled(list(self._tasks.values()))

    async def _for_ever(self) -> None:
        while True:
            try:
                while await self._take():
                    pass
            except StoreUnavailable:
                _log.warning("webhooks_not_looked_for", error=StoreUnavailable.code)
            await asyncio.sleep(self._look_seconds)

    async def _take(self) -> bool:
        """Take some calls that are due; True when there may be more that we could take."""
        most = min(_AT_ONCE, _MOST_HELD - len(self._tasks))
        if most <= 0:
            return False
        claims = await self._calls.claim(most, self._patience.lease)
        for claim in claims:
            if claim.job_id in self._waiting:
                self._waiting[claim.job_id] = claim  # our own lease ran out: it goes on
            elif claim.job_id not in self._tasks:
                self._begin(claim)
        return len(claims) == most

    def _begin(self, claim: Claim) -> None:
        self._waiting[claim.job_id] = claim
        task = asyncio.create_task(self._serve(claim.job_id))
        self._tasks[claim.job_id] = task
        task.add_done_callback(lambda _: self._forget(claim.job_id, task))

    def _forget(self, job_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(job_id, None)
        self._waiting.pop(job_id, None)
        if not task.cancelled() and (bug := task.exception()):
            _log.error("webhook_unforeseen", job=job_id, error=type(bug).__name__)

    async def _serve(self, job_id: str) -> None:
        try:
            job = await self._calls.job(job_id)
            if job is None or _url(job) is None:
                await self._calls.settle(self._waiting.pop(job_id))
                return
            receiver = _receiver(job)
            if pause := self._lanes.pause(job.tenant, receiver):
                await self._calls.settle(self._waiting.pop(job_id), again_in=pause)
                return
            async with self._lanes.turn(job.tenant, receiver):
                claim = await self._calls.renew(self._waiting.pop(job_id), self._patience.lease)
                if claim is not None:
                    await self._call(claim)
        except (StoreUnavailable, BlobSealed) as error:  # due again when the lease is over
            _log.warning("webhook_put_off", job=job_id, error=error.code)

    async def _call(self, claim: Claim) -> None:
        job = await self._calls.job(claim.job_id)  # as it is now: it may have waited for long
        url = None if job is None else _url(job)
        if job is None or url is None:
            await self._calls.settle(claim)
            return
        tell_of(job)
        with self._tracer.span("webhook", of_job(job), kind="client", parent=job.traceparent):
            delivery = await self._attempt(job, url)
            seen: Attributes = {"vouch.attempt": delivery.attempt, "vouch.answer": delivery.answer}
            self._tracer.note(seen)
        pause = self._patience.pause(after=delivery)
        await self._calls.settle(claim, delivery, again_in=pause)
        _log.info(
            "webhook_attempted",
            attempt=delivery.attempt,
            answer=delivery.answer,
            is_last=pause is None,
        )

    async def _attempt(self, job: Job, url: str) -> Delivery:
        event = event_of(job, await self._calls.decision(job.id))
        secrets = await self._secrets.valid(job.tenant)
        last, name = await self._calls.last_delivery(job.id), webhook_id(job)
        number = 1 if last is None or last.webhook_id != name else last.attempt + 1
        return await attempted(
            self._outward, url, self._patience.timeout, event, secrets, name, number
        )


def _url(job: Job) -> str | None:
    """Whom to tell; None when there is nobody, or nothing to tell (any more)."""
    return job.callback_url if job.status in TERMINAL else None


def _receiver(job: Job) -> str:
    try:
        return parsed_url(job.callback_url or "").host
    except AddressRefused:
        return ""  # its attempt will say so
