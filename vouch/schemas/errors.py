"""Every error that Vouch raises on purpose.

    VouchError
    ├── InputError                the caller's bytes or words are at fault: never retried
    │   ├── EmptyUpload · UnsupportedMediaType · UnreadableDocument · PasswordProtected
    │   ├── TooManyBytes · TooManyPages · TooManyPixels · RenderLimit
    │   ├── InvalidRequest · RequestTooSlow · UnknownSchema · SchemaTaken
    │   ├── SchemaRefused · SchemaTooLarge · SchemaUnmet
    │   ├── AddressRefused · FetchFailed        a URL that Vouch must not or cannot follow
    │   └── IdempotencyConflict · JobFinished · NotReplayable
    ├── AccessError               who asks may not, or not yet
    │   └── Unauthenticated · Forbidden · RateLimited · QuotaSpent
    ├── NotFound                  an id that this service does not know (any more)
    │   └── JobNotFound · PageNotFound · FieldNotFound · RecordNotReady · SchemaNotFound
    ├── EngineError               a model failed
    │   └── ModelMissing · ModelDigestMismatch · EngineFailed · VisionUnavailable · InvalidDraft
    │       · PromptTooLong · MemoryLimitTooLow
    ├── PromptUnreleased          a prompt that nobody released, or that has changed since
    ├── StoreUnavailable          Redis or the blob store did not answer: retried
    ├── BlobSealed                a blob is encrypted under a key that this process does not have
    ├── ServiceBusy               too many callers want the same at once: retried
    │   └── QueueTooLong          a job would not be done in the time that is promised
    ├── AttemptsExhausted         every attempt of a leg ended without an answer: quarantined
    ├── UnsafeExposure            a service without keys was told to listen beyond this machine
    ├── ServiceFailed             a running service answered a client with a problem, or not at all
    ├── StackFailed               a process of `vouch up` cannot be kept running
    └── StaleAttempt              a newer attempt owns the job: this write is refused

Each has a stable `code` (callers switch on it), says whether trying again can help (`retryable`),
and carries a sentence that never contains text of a document.
"""

from typing import ClassVar


class VouchError(Exception):
    """The root: `code` is stable, `str(error)` is safe to show to the caller."""

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False
    retry_after: float | None = None
    """Seconds after which the same request can succeed; None where nobody knows."""


class InputError(VouchError):
    """The caller's bytes or words cannot be processed as they are."""

    code = "invalid_input"


class EmptyUpload(InputError):
    """There are no bytes, or a document without a page."""

    code = "empty_upload"


class UnsupportedMediaType(InputError):
    """The content is none of the types that Vouch reads, whatever its name says."""

    code = "unsupported_media_type"


class UnreadableDocument(InputError):
    """The type is known, but the content is damaged."""

    code = "unreadable_document"


class PasswordProtected(InputError):
    """A PDF that opens only with a password."""

    code = "password_protected"


class TooManyBytes(InputError):
    """The upload is larger than the limit."""

    code = "too_many_bytes"


class TooManyPages(InputError):
    """The document has more pages than the limit."""

    code = "too_many_pages"


class TooManyPixels(InputError):
    """A page, or all pages together, have more pixels than the limit."""

    code = "too_many_pixels"


class RenderLimit(InputError):
    """Decoding the document took more time or memory than a document may."""

    code = "render_limit"


class InvalidRequest(InputError):
    """A field of the request is missing or has a value that is not allowed."""

    code = "invalid_request"


class RequestTooSlow(InputError):
    """A request arrives so slowly that it would hold its connection for ever."""

    code = "request_too_slow"


class UnknownSchema(InputError):
    """The request names a schema that this service does not have."""

    code = "unknown_schema"


class SchemaRefused(InputError):
    """A JSON Schema asks for what can be neither enforced nor checked; the lint says where."""

    code = "schema_refused"


class SchemaTooLarge(InputError):
    """A JSON Schema takes more time or memory to compile than a schema may."""

    code = "schema_too_large"


class SchemaUnmet(InputError):
    """What was read on the document cannot be made valid under the schema."""

    code = "schema_unmet"


class SchemaTaken(InputError):
    """The name belongs to a schema that ships with Vouch."""

    code = "schema_taken"


class AddressRefused(InputError):
    """A URL leads to an address that Vouch calls for nobody: private, loopback, metadata."""

    code = "address_refused"


class FetchFailed(InputError):
    """The document could not be fetched from its URL."""

    code = "fetch_failed"


class IdempotencyConflict(InputError):
    """The Idempotency-Key was used before, with another request."""

    code = "idempotency_conflict"


class JobFinished(InputError):
    """The job has ended: there is nothing left to cancel."""

    code = "job_finished"


class NotReplayable(InputError):
    """Only what has failed or was quarantined can be tried again."""

    code = "not_replayable"


class AccessError(VouchError):
    """The request is well formed; it is the caller who may not make it."""

    code = "access_error"


class Unauthenticated(AccessError):
    """There is no API key, or one that is unknown, expired or revoked."""

    code = "unauthenticated"


class Forbidden(AccessError):
    """The API key does not have the scope that this needs."""

    code = "forbidden"


class RateLimited(AccessError):
    """The tenant asks more often than it may."""

    code = "rate_limited"
    retryable = True


class QuotaSpent(AccessError):
    """The tenant has used up what it may submit or keep waiting."""

    code = "quota_spent"
    retryable = True


class NotFound(VouchError):
    """The thing that was asked for is not here."""

    code = "not_found"


class JobNotFound(NotFound):
    """No job has this id, or it has been purged."""

    code = "job_not_found"


class PageNotFound(NotFound):
    """The document has no page of this number."""

    code = "page_not_found"


class FieldNotFound(NotFound):
    """The record has no such pointer, or no evidence for it."""

    code = "field_not_found"


class RecordNotReady(NotFound):
    """The job has not produced a record (yet)."""

    code = "record_not_ready"


class SchemaNotFound(NotFound):
    """No schema of this name and version is stored."""

    code = "schema_not_found"


class EngineError(VouchError):
    """A model could not do its work."""

    code = "engine_error"


class ModelMissing(EngineError):
    """A model file is not where the set-up step puts it."""

    code = "model_missing"


class ModelDigestMismatch(EngineError):
    """A model file is not the one that models.lock names."""

    code = "model_digest_mismatch"


class EngineFailed(EngineError):
    """A model raised while it worked."""

    code = "engine_failed"
    retryable = True


class VisionUnavailable(EngineError):
    """Nothing but a vision-language model can read this schema, and none answered."""

    code = "vlm_unavailable"
    retryable = True


class InvalidDraft(EngineError):
    """A model's answer does not have the form it was asked for."""

    code = "vlm_invalid"


class PromptTooLong(EngineError):
    """A model has not enough room for a document."""

    code = "prompt_too_long"


class MemoryLimitTooLow(EngineError):
    """A worker's models alone take more memory than it is allowed."""

    code = "memory_limit_too_low"


class PromptUnreleased(VouchError):
    """There is no prompt of this id and version, or its file is not the one that was released."""

    code = "prompt_unreleased"


class StoreUnavailable(VouchError):
    """Redis or the blob store did not answer."""

    code = "store_unavailable"
    retryable = True


class BlobSealed(VouchError):
    """A blob is encrypted under a key that this process does not have, or has been changed."""

    code = "blob_sealed"


class ServiceBusy(VouchError):
    """As many callers wait already as the service lets wait."""

    code = "service_busy"
    retryable = True


class QueueTooLong(ServiceBusy):
    """A job submitted now would not be done in the time that the service promises."""

    code = "queue_too_long"


class AttemptsExhausted(VouchError):
    """A leg was begun as often as it may be and never finished: the document may kill workers."""

    code = "attempts_exhausted"


class UnsafeExposure(VouchError):
    """Without an API key, whoever reaches the service could read everything."""

    code = "unsafe_exposure"


class StaleAttempt(VouchError):
    """A newer attempt owns this job."""

    code = "stale_attempt"


class ServiceFailed(VouchError):
    """What a client of a running service was told; each one bears the code of that problem."""

    code = "service_failed"

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code  # type: ignore[misc]  # an instance speaks for the service's own tree


class StackFailed(VouchError):
    """A process of the stack cannot be started or kept running."""

    code = "stack_failed"
