"""What is wrong with a request, or with who makes it."""

from vouch.schemas.errors.root import VouchError


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


class NotComparable(InputError):
    """No picture model has looked at the job's picture, or what it saw is not kept."""

    code = "not_comparable"


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
