"""The root of the tree."""

from typing import ClassVar


class VouchError(Exception):
    """The root: `code` is stable, `str(error)` is safe to show to the caller."""

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False
    retry_after: float | None = None
    """Seconds after which the same request can succeed; None where nobody knows."""
