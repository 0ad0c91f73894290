"""What goes wrong with models."""

from vouch.schemas.errors.root import VouchError


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
