"""A process that cannot start says why in its log, and whether trying again could help."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from pydantic import ValidationError

from vouch.schemas.errors import VouchError
from vouch.schemas.statuses import CANNOT_START
from vouch.storage.settings import wrong_settings

_log = structlog.get_logger(__name__)


@contextmanager
def starting() -> Iterator[None]:
    """Around everything from the settings on: ends the process where that raises what is foreseen.

    With CANNOT_START where no other try could go better, else with 1.
    """
    try:
        yield
    except VouchError as error:
        _log.critical("cannot_start", code=error.code, detail=str(error))
        sys.exit(1 if error.retryable else CANNOT_START)
    except ValidationError as error:
        _log.critical("cannot_start", code="invalid_settings", detail=wrong_settings(error))
        sys.exit(CANNOT_START)
