"""Every error that Vouch raises on purpose.

    VouchError
    ├── InputError                the caller's bytes or words are at fault: never retried
    │   ├── EmptyUpload · UnsupportedMediaType · UnreadableDocument · PasswordProtected
    │   ├── TooManyBytes · TooManyPages · TooManyPixels · RenderLimit
    │   ├── InvalidRequest · RequestTooSlow · UnknownSchema · SchemaTaken
    │   ├── SchemaRefused · SchemaTooLarge · SchemaUnmet
    │   ├── AddressRefused · FetchFailed        a URL that Vouch must not or cannot follow
    │   └── IdempotencyConflict · JobFinished · NotReplayable · NotComparable
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
    ├── RedactionFailed           what should be masked cannot be: the job gives nothing
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

from vouch.schemas.errors.asked import (
    AccessError,
    AddressRefused,
    EmptyUpload,
    FetchFailed,
    FieldNotFound,
    Forbidden,
    IdempotencyConflict,
    InputError,
    InvalidRequest,
    JobFinished,
    JobNotFound,
    NotComparable,
    NotFound,
    NotReplayable,
    PageNotFound,
    PasswordProtected,
    QuotaSpent,
    RateLimited,
    RecordNotReady,
    RenderLimit,
    RequestTooSlow,
    SchemaNotFound,
    SchemaRefused,
    SchemaTaken,
    SchemaTooLarge,
    SchemaUnmet,
    TooManyBytes,
    TooManyPages,
    TooManyPixels,
    Unauthenticated,
    UnknownSchema,
    UnreadableDocument,
    UnsupportedMediaType,
)
from vouch.schemas.errors.engines import (
    EngineError,
    EngineFailed,
    InvalidDraft,
    MemoryLimitTooLow,
    ModelDigestMismatch,
    ModelMissing,
    PromptTooLong,
    VisionUnavailable,
)
from vouch.schemas.errors.root import (
    VouchError,
)
from vouch.schemas.errors.running import (
    AttemptsExhausted,
    BlobSealed,
    PromptUnreleased,
    QueueTooLong,
    RedactionFailed,
    ServiceBusy,
    ServiceFailed,
    StackFailed,
    StaleAttempt,
    StoreUnavailable,
    UnsafeExposure,
)

__all__ = [
    "AccessError",
    "AddressRefused",
    "AttemptsExhausted",
    "BlobSealed",
    "EmptyUpload",
    "EngineError",
    "EngineFailed",
    "FetchFailed",
    "FieldNotFound",
    "Forbidden",
    "IdempotencyConflict",
    "InputError",
    "InvalidDraft",
    "InvalidRequest",
    "JobFinished",
    "JobNotFound",
    "MemoryLimitTooLow",
    "ModelDigestMismatch",
    "ModelMissing",
    "NotComparable",
    "NotFound",
    "NotReplayable",
    "PageNotFound",
    "PasswordProtected",
    "PromptTooLong",
    "PromptUnreleased",
    "QueueTooLong",
    "QuotaSpent",
    "RateLimited",
    "RecordNotReady",
    "RedactionFailed",
    "RenderLimit",
    "RequestTooSlow",
    "SchemaNotFound",
    "SchemaRefused",
    "SchemaTaken",
    "SchemaTooLarge",
    "SchemaUnmet",
    "ServiceBusy",
    "ServiceFailed",
    "StackFailed",
    "StaleAttempt",
    "StoreUnavailable",
    "TooManyBytes",
    "TooManyPages",
    "TooManyPixels",
    "Unauthenticated",
    "UnknownSchema",
    "UnreadableDocument",
    "UnsafeExposure",
    "UnsupportedMediaType",
    "VisionUnavailable",
    "VouchError",
]
