"""From a wish and a document to a job that is stored: what every way of submitting does."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from celery import Celery
from structlog.contextvars import get_contextvars

from vouch.schemas.builtin import BUILTIN, VERSION
from vouch.schemas.errors import (
    EmptyUpload,
    InvalidRequest,
    SchemaNotFound,
    StoreUnavailable,
    UnknownSchema,
    VouchError,
)
from vouch.schemas.job import Job, Options, asking, locating
from vouch.schemas.page_range import page_ranges
from vouch.schemas.routing import AUTO
from vouch.schemas.tenant import Caller, Terms
from vouch.schemas.wanted import INLINE
from vouch.service.linting import Linter
from vouch.service.outward.calling import Outward
from vouch.service.outward.fetching import fetched
from vouch.service.publishing import publish_all
from vouch.service.settings import ServiceSettings
from vouch.service.submission import JobWish, Original, Wish
from vouch.service.webhooks import check_callback
from vouch.storage.blobs import BlobStore
from vouch.storage.jobs import JobStore, Submitted
from vouch.storage.keys import idempotency_key, new_job_id, reuse_key
from vouch.storage.queues import QUEUES
from vouch.storage.schemas import SchemaStore
from vouch.storage.tracing import NO_TRACER, Tracer
from vouch.storage.webhook_secrets import SecretStore

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """All that is needed to take documents in."""

    jobs: JobStore
    blobs: BlobStore
    queues: Celery
    schemas: SchemaStore
    linter: Linter
    outward: Outward
    secrets: SecretStore
    settings: ServiceSettings
    tracer: Tracer = NO_TRACER

    async def draft(self, caller: Caller, wish: Wish, key: str | None = None) -> Job:
        """A job for the wish, which has no document yet; `key` is the Idempotency-Key.

        Its schema is the one of this moment: a later version changes nothing for it.
        InvalidRequest, UnknownSchema, SchemaRefused, SchemaTooLarge, AddressRefused.
        """
        tenant, now = caller.tenant.name, datetime.now(UTC)
        if wish.callback_url is not None:
            await check_callback(wish.callback_url, tenant, self.outward.guard, self.secrets)
        return Job(
            id=new_job_id(),
            tenant=tenant,
            status="queued",
            options=await self._options(tenant, wish),
            priority=wish.priority,
            callback_url=wish.callback_url,
            retry_of=wish.retry_of if isinstance(wish, JobWish) else None,
            retention_seconds=caller.tenant.terms.retention_seconds,
            idempotency_key=None if key is None else idempotency_key(tenant, key),
            upload="",
            request_id=get_contextvars().get("request_id"),
            traceparent=self.tracer.traceparent(),
            created_at=now,
            updated_at=now,
        )

    async def fetched(self, tenant: str, url: str) -> Original:
        """The document at a URL.

        AddressRefused, FetchFailed, TooManyBytes, EmptyUpload, ServiceBusy.
        """
        limits = self.settings
        with self.outward.places.taken(tenant):
            found = await fetched(self.outward, url, limits.max_upload_bytes, limits.fetch_seconds)
        if not found.content:
            raise EmptyUpload("the document at the URL has no bytes")
        return Original(found.content, found.filename)

    async def reuse_key(self, job: Job, document: Original) -> str | None:
        """Where an answer for this document, these options and these engines is looked for.

        None while there is a queue whose engines nobody has told.
        """
        engines = await self.jobs.engines(QUEUES)
        if not all(engines):
            return None
        parts = (_digest(document.content), job.options.model_dump_json(), *engines)
        return reuse_key(job.tenant, _digest("\n".join(parts).encode()))

    async def keep(
        self, job: Job, document: Original, terms: Terms, body_digest: str = ""
    ) -> Submitted:
        """Store the document, then the job: a job that can be found can be worked on.

        A refused request, and one that repeats another, leave nothing behind. RateLimited,
        QuotaSpent, QueueTooLong, IdempotencyConflict, InvalidRequest, StoreUnavailable.
        """
        upload = await self.blobs.put_content_async(job.id, "upload", document.content)
        named = {"upload": upload, "filename": document.filename}
        try:
            submitted = await self.jobs.submit(job.model_copy(update=named), terms, body_digest)
        except StoreUnavailable:
            raise  # Redis may have heard it: what nobody knows of is swept later
        except VouchError:
            await self.blobs.purge_async(job.id)
            raise
        if not submitted.is_new:
            await self.blobs.purge_async(job.id)
        _log.info("job_submitted", job=submitted.job_id, is_new=submitted.is_new)
        await publish_all(self.queues, submitted.tickets)
        return submitted

    async def _options(self, tenant: str, wish: Wish) -> Options:
        own: dict[str, Any] = {
            "pages": _checked_pages(wish.pages),
            "ignore_embedded": wish.ignore_embedded,
            "readers": wish.readers,
            "target_precision": wish.target_precision,
            "redact": wish.redact,
        }
        asked = (wish.schema_name, wish.json_schema, wish.question, wish.locate)
        if sum(one is not None for one in asked) > 1:
            raise InvalidRequest("send one of `schema`, `json_schema`, `question`, `locate`")
        if wish.json_schema is not None:
            await self.linter.require_accepted(wish.json_schema)
            own |= {"schema_name": INLINE, "json_schema": wish.json_schema}
        elif wish.schema_name is not None:
            own |= await self._named(tenant, wish.schema_name)
        elif wish.question is not None:
            return asking(wish.question).model_copy(update=own)
        elif wish.locate is not None:
            return locating(wish.locate).model_copy(update=own)
        return Options(**own)

    async def _named(self, tenant: str, name_and_version: str) -> dict[str, object]:
        """A schema that this service knows. UnknownSchema when there is none of this version."""
        name, at, version = name_and_version.partition("@")
        if name in (*BUILTIN, AUTO) and version in ("", VERSION):
            return {"schema_name": name}
        try:
            stored = await self.schemas.get(tenant, name, version if at else None)
        except (SchemaNotFound, InvalidRequest):
            raise UnknownSchema("there is no such schema; GET /v1/schemas lists them") from None
        return {
            "schema_name": name,
            "json_schema": stored.json_schema,
            "schema_version": stored.version,
        }


def _checked_pages(pages: str | None) -> str | None:
    if pages is not None:
        page_ranges(pages)
    return pages


def body_digest(wish: Wish, sent: Original | str) -> str:
    """What a request asks for, whatever its boundaries and the order of its fields.

    `sent` is its document, or a text that stands for its documents.
    """
    parts = (sent,) if isinstance(sent, str) else (_digest(sent.content), sent.filename or "")
    return _digest("\n".join((wish.model_dump_json(), *parts)).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
