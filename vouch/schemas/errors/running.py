"""What goes wrong with a running service, its stores and its workers."""

from vouch.schemas.errors.root import VouchError


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


class RedactionFailed(VouchError):
    """What the caller wants masked cannot be: nothing is shown instead."""

    code = "redaction_failed"


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
